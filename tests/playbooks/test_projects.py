# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of projects: what ansible-inventory shows of it, with every login and from the cache, and what it refuses."""

from __future__ import annotations

import json
import pathlib
import subprocess
from typing import Any

import pytest
import yaml

from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN, token_of
from tests.support.playbooks import login_environment, run_ansible

pytestmark = pytest.mark.e2e

ACCOUNT = PASSWORD_LOGIN["domain_name"]
KEY = {"access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"}
SECRETS = ("simulator-password", "simulator-secret-key")
PROJECTS = [{"id": f"{n:032x}", "name": name} for n, name in enumerate(
    ["eu-de", *(f"eu-de_p{n:02}" for n in range(1, 12)), "eu-nl", "eu-nl_dev", "MOS"], start=1)]
TWELVE = [project["name"] for project in PROJECTS[:12]]
WORLD: dict[str, Any] = {"projects": PROJECTS}
STRICT = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
FILE = "otc_projects.yml"


def write(folder: pathlib.Path, name: str = FILE, **options: Any) -> None:
    """An inventory file with these options."""
    text = yaml.safe_dump({"plugin": "otc.teardown.projects", **options}, sort_keys=False)
    (folder / name).write_text(text, encoding="utf-8")


def ask(folder: pathlib.Path, *flags: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What ansible-inventory says of the file, without a secret in it."""
    done = run_ansible(folder, "inventory", "-i", FILE, "--list", *flags, environ=environ)
    assert not [secret for secret in SECRETS if secret in done.stdout + done.stderr]
    return done


def told(done: subprocess.CompletedProcess[str]) -> str:
    """Warnings and errors, without the line breaks that Ansible puts into them."""
    return " ".join(done.stderr.split())


def hosts(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Host -> its variables."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout).get("_meta", {}).get("hostvars", {})


@pytest.mark.main
def test_each_project_of_the_region_is_a_host(tmp_path: pathlib.Path) -> None:
    with Simulator(WORLD) as sim:
        write(tmp_path)
        done = ask(tmp_path, environ=login_environment(sim))
        found = hosts(done)
        assert sorted(found) == TWELVE
        assert found["eu-de_p07"] == {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "otc_domain_id": "fedcba9876543210fedcba9876543210",
            "otc_domain_name": ACCOUNT,
            "otc_project_id": f"{8:032x}",
            "otc_project_name": "eu-de_p07",
            "otc_region": "eu-de",
            "teardown_connection": {"region": "eu-de", "project_id": f"{8:032x}"},
        }
        assert json.loads(done.stdout)["otc_region_eu_de"]["hosts"] == TWELVE
        assert [entry["operation"] for entry in sim.journal()] == ["login", "projects"]


def test_the_environments_project_does_not_matter(tmp_path: pathlib.Path) -> None:
    with Simulator(WORLD) as sim:
        write(tmp_path)
        done = ask(tmp_path, environ={**login_environment(sim), "OS_PROJECT_NAME": "eu-de_no_more"})
        assert sorted(hosts(done)) == TWELVE


def test_filters_groups_and_what_ansible_constructs(tmp_path: pathlib.Path) -> None:
    with Simulator(WORLD) as sim:
        write(
            tmp_path,
            regions=["eu-de", "eu-nl"],
            names=["eu-de_p0[1-3]", "eu-nl*", "typo"],
            exclude=["*_p02"],
            host_prefix="a-",
            name_groups={"dev": ["*_dev"], "empty": ["nobody"]},
            keyed_groups=[{"key": "otc_region", "prefix": "in"}],
            groups={"first": "otc_project_name.endswith('_p01')"},
            compose={"teardown_report_dir": "'reports/' ~ otc_project_name"},
            strict=True,
        )
        done = ask(tmp_path, environ=login_environment(sim))
        found, groups = hosts(done), json.loads(done.stdout)
        assert sorted(found) == ["a-eu-de_p01", "a-eu-de_p03", "a-eu-nl", "a-eu-nl_dev"]
        assert found["a-eu-nl_dev"]["teardown_connection"]["region"] == "eu-nl"
        assert found["a-eu-nl"]["teardown_report_dir"] == "reports/eu-nl"
        wanted = {
            "dev": ["a-eu-nl_dev"], "first": ["a-eu-de_p01"], "in_eu_nl": ["a-eu-nl", "a-eu-nl_dev"],
            "otc_region_eu_de": ["a-eu-de_p01", "a-eu-de_p03"],
        }
        assert {name: groups[name]["hosts"] for name in wanted} == wanted
        assert "empty" in groups["all"]["children"]
        assert [words for words in ("names: 'typo'", "name_groups.empty: 'nobody'") if words not in told(done)] == []


@pytest.mark.parametrize("exclude", [
    "*_p0*, *_p1*", "*_p0*\n*_p1*\n", "*_p0*;*_p1*", ["*_p0* ", "*_p1*\u200b"], '["*_p0*", "*_p1*"]', [["*_p0*", "*_p1*"]], ["*_p0*, *_p1*"],
    ["{{ ['*_p0*', '*_p1*'] }}"], "{{ '*_p0*, *_p1*' }}",
], ids=str)
def test_what_is_excluded_in_any_form_is_no_host(tmp_path: pathlib.Path, exclude: Any) -> None:
    with Simulator(WORLD) as sim:
        write(tmp_path, exclude=exclude)
        done = ask(tmp_path, environ=login_environment(sim))
        assert list(hosts(done)) == ["eu-de"]
        assert "matches no project" not in told(done)


@pytest.mark.parametrize("option", ["exclude", "names", "regions", "name_groups", "project_name", "project_id"])
def test_null_is_refused_where_it_would_ask_for_more(tmp_path: pathlib.Path, option: str) -> None:
    with Simulator(WORLD) as sim:
        write(tmp_path, **{option: None})
        done = ask(tmp_path, environ={**login_environment(sim), **STRICT})
        assert done.returncode != 0 and f"{option}: is n" in told(done)
        assert sim.journal() == []


def test_one_project_can_be_named(tmp_path: pathlib.Path) -> None:
    with Simulator(WORLD) as sim:
        write(tmp_path, project_name="eu-de_p05")
        assert list(hosts(ask(tmp_path, environ=login_environment(sim)))) == ["eu-de_p05"]


@pytest.mark.parametrize("login", ["keys", "token"])
def test_other_logins_list_what_they_may_enter(tmp_path: pathlib.Path, login: str) -> None:
    with Simulator(WORLD) as sim:
        write(tmp_path, region="eu-de")
        token = token_of(sim)
        environ = {"OS_AUTH_URL": sim.endpoints["iam"], "OS_TOKEN": token}
        if login == "keys":
            environ = {"OS_AUTH_URL": sim.endpoints["iam"], "OS_ACCESS_KEY": KEY["access_key"], "OS_SECRET_KEY": KEY["secret_key"]}
        sim.clear_journal()
        done = ask(tmp_path, environ=environ)
        # A token belongs to one project, whatever others its user may enter.
        assert sorted(hosts(done)) == (TWELVE if login == "keys" else ["eu-de"])
        assert token not in done.stdout + done.stderr
        assert [entry["operation"] for entry in sim.journal()] == (["projects"] if login == "keys" else ["token_show"])


# Where the password stands -> the value in the file, further flags, whether the hosts get it.
PLACES = {
    "template": ("{{ lookup('ansible.builtin.env', 'MY_PASSWORD') }}", [], True),
    "extra variable": ("{{ my_password }}", ["-e", "@variables.json"], True),
    "vault": ("vault", ["--vault-password-file", "vault-password"], True),
    "plain": ("simulator-password", [], False),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_may_stand_in_the_file_and_reaches_the_tasks_covered(tmp_path: pathlib.Path, place: str) -> None:
    value, flags, passed_on = PLACES[place]
    (tmp_path / "vault-password").write_text("of the vault", encoding="utf-8")
    (tmp_path / "variables.json").write_text('{"my_password": "simulator-password"}', encoding="utf-8")
    environ = {"MY_PASSWORD": "simulator-password"}
    with Simulator({"projects": PROJECTS[:2]}) as sim:
        login = {"region": "eu-de", "auth_url": sim.endpoints["iam"], "username": "deployer", "domain_name": ACCOUNT}
        write(tmp_path, **login, **({} if place == "vault" else {"password": value}))
        if place == "vault":
            vaulted = run_ansible(tmp_path, "vault", "encrypt_string", "--vault-password-file", "vault-password",
                                  "--name", "password", "simulator-password").stdout
            with (tmp_path / FILE).open("a", encoding="utf-8") as file:
                file.write(vaulted)
        # Not with ask(): ansible-inventory shows extra variables itself.
        done = run_ansible(tmp_path, "inventory", "-i", FILE, "--list", *flags, environ=environ)
        connection = hosts(done)["eu-de"]["teardown_connection"]
        assert {key: connection.get(key) for key in login} == login
        assert ("password" in connection, "simulator-password" in str(connection)) == (passed_on, False)
        assert ("password: in plain text" in told(done)) is not passed_on
        book = [{
            "hosts": "all", "gather_facts": False,
            "module_defaults": {"group/otc.teardown.all": "{{ teardown_connection }}"},
            "tasks": [{"otc.teardown.iam_caller_info": {}}],
        }]
        (tmp_path / "book.yml").write_text(yaml.safe_dump(book), encoding="utf-8")
        played = run_ansible(tmp_path, "playbook", "-i", FILE, "book.yml", *flags, environ=environ)
        assert (played.returncode == 0) is passed_on, played.stdout
        assert "simulator-password" not in played.stdout + played.stderr
        assert ("password: is needed" in played.stdout + played.stderr) is not passed_on


def test_a_cache_answers_until_a_refresh_and_holds_no_secret(tmp_path: pathlib.Path) -> None:
    with Simulator(WORLD) as sim:
        cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
        write(tmp_path, **cache)
        environ = login_environment(sim)
        asked = []
        for _turn in range(2):
            assert sorted(hosts(ask(tmp_path, environ=environ))) == TWELVE
            asked.append(len(sim.journal()))
        assert asked == [2, 2]
        refresh = [{"hosts": "all", "gather_facts": False, "tasks": [{"ansible.builtin.meta": "refresh_inventory"}]}]
        (tmp_path / "book.yml").write_text(yaml.safe_dump(refresh), encoding="utf-8")
        assert run_ansible(tmp_path, "playbook", "-i", FILE, "book.yml", environ=environ).returncode == 0
        assert len(sim.journal()) == 4, "a refresh asks anew"
        write(tmp_path, names=["*_p01"], **cache)
        assert list(hosts(ask(tmp_path, environ=environ))) == ["eu-de_p01"], "filters are no matter of the cache"
        assert len(sim.journal()) == 4
        files = list((tmp_path / "cache").iterdir())
        assert files and not [one for one in files for secret in (*SECRETS, "MII") if secret in one.read_text(encoding="utf-8")]
        hosts(ask(tmp_path, environ={**environ, "OS_USER_DOMAIN_NAME": "fedcba9876543210fedcba9876543210"}))
        assert len(sim.journal()) == 6, "another login is another cache"
        token = token_of(sim)
        sim.clear_journal()
        for _turn in range(2):
            hosts(ask(tmp_path, environ={**environ, "OS_USERNAME": "", "OS_PASSWORD": "", "OS_TOKEN": token}))
        assert len(sim.journal()) == 2, "a token is asked each time"


LOGIN = {"region": "eu-de", "auth_url": "{iam}", "username": "deployer", "domain_name": ACCOUNT,
         "password": "{{ lookup('ansible.builtin.env', 'MY_PASSWORD') }}"}
NOT_SET = "{{ lookup('ansible.builtin.env', 'NOT_SET') }}"
# options of the file beside the login (None takes one away), the error, and how many requests are sent
REFUSED: list[tuple[dict[str, Any], str, int]] = [
    ({"password": "not-the-one"}, "Failed to log in: The username or password is wrong.", 1),
    ({"username": None, "password": None}, "username: no way to log in was given", 0),
    ({"region": None, "auth_url": None}, "region: no region was given", 0),
    ({"exlude": ["*_prod"]}, "exlude: is not an option of otc.teardown.projects", 0),
    ({"password": NOT_SET}, "password: is set but empty", 0),
    ({"username": "{{ nobody }}"}, "username: cannot be evaluated: ", 0),
    ({"token": "not-the-one"}, "token and username/password: two ways to log in", 0),
    ({"endpoints": {"obs": "https://obs"}}, "endpoints: 'obs': is none of iam, modelarts, drs, ", 0),
    ({"endpoints": {"drs": "https://drs"}, "regions": ["eu-de", "eu-nl"]}, "endpoints: are those of one region", 0),
    ({"project_name": "eu-de_none"}, "project_name: the login may enter no such project", 2),
    ({"names": []}, "names: is an empty list", 0),
    ({"name_groups": {"dev": None}}, "name_groups.dev: is null", 0),
    ({"name_groups": ["dev"]}, "name_groups: \"['dev']\": is not a dictionary", 0),
    ({"exclude": [True]}, "exclude: True: is not text: YAML makes a truth value of it; put it in quotes", 0),
    ({"exclude": [None]}, "exclude: is null", 0),
    ({"exclude": ""}, "exclude: '': is empty", 0),
    ({"exclude": "{{ nobody }}"}, "exclude: cannot be evaluated", 0),
    ({"regions": [12]}, "regions: 12: is not text", 0),
    ({"api_retries": 0}, "api_retries: 0: is too small", 0),
    ({"username": None, "password": None, "token": "{unscoped}"}, "token: belongs to no project", 1),
]


def test_files_that_cannot_be_used_say_why_and_the_others_are_used(tmp_path: pathlib.Path) -> None:
    with Simulator({**WORLD, "iam": {"error_shape": "iam"}}) as sim:
        unscoped = sim.core.iam.issue("deployer", None, False)[0]
        texts = {"{iam}": sim.endpoints["iam"], "{unscoped}": unscoped}
        for number, (options, _words, _requests) in enumerate([*REFUSED, ({}, "", 2)], start=10):
            given = {key: texts.get(value, value) if isinstance(value, str) else value
                     for key, value in {**LOGIN, **options}.items() if value is not None}
            write(tmp_path, f"{number}.otc_projects.yml", **given)
        sources = [flag for path in sorted(tmp_path.glob("*.yml")) for flag in ("-i", path.name)]
        done = run_ansible(tmp_path, "inventory", *sources, "--list", environ={"MY_PASSWORD": "simulator-password"})
        assert sorted(hosts(done)) == TWELVE
        assert [words for _options, words, _requests in REFUSED if words not in told(done)] == [], done.stderr
        assert not [secret for secret in ("not-the-one", unscoped, *SECRETS) if secret in done.stdout + done.stderr]
        assert len(sim.journal()) == sum(requests for _options, _words, requests in REFUSED) + 2


def test_a_failed_login_can_fail_the_play(tmp_path: pathlib.Path) -> None:
    with Simulator(WORLD) as sim:
        write(tmp_path)
        done = ask(tmp_path, environ={**login_environment(sim), "OS_PASSWORD": "wrong", **STRICT})
        assert done.returncode != 0


@pytest.mark.parametrize("name", ["projects.yml", "otc_projects.json"])
def test_the_name_of_the_file_must_fit(tmp_path: pathlib.Path, name: str) -> None:
    write(tmp_path, name)
    done = run_ansible(tmp_path, "inventory", "-i", name, "--list", environ=STRICT)
    assert done.returncode != 0


@pytest.mark.parametrize("fate", ["good", "one bad login", "same names"])
def test_two_accounts_are_two_files(tmp_path: pathlib.Path, fate: str) -> None:
    other = {"id": "d" * 32, "name": "OTC-EU-DE-OTHER"}
    with Simulator({"projects": PROJECTS[:2]}) as one, Simulator(
        {"projects": [{"id": "e" * 32, "name": "eu-de"}], "domain": other}
    ) as two:
        folder = tmp_path / "inventory"
        folder.mkdir()
        for sim, prefix, account in ((one, "a-", ACCOUNT), (two, "b-", other["name"])):
            write(
                folder, f"{prefix}otc_projects.yml", region="eu-de", auth_url=sim.endpoints["iam"], username="deployer",
                domain_name=account, host_prefix="" if fate == "same names" else prefix,
                password="{{ lookup('ansible.builtin.env', 'PASSWORD_" + prefix[0].upper() + "') }}",
            )
        environ = {"PASSWORD_A": "simulator-password", "PASSWORD_B": "wrong" if fate == "one bad login" else "simulator-password"}
        done = run_ansible(tmp_path, "inventory", "-i", str(folder), "--list", environ=environ)
        found = {name: facts["otc_domain_name"] for name, facts in hosts(done).items()}
        first = {"a-eu-de": ACCOUNT, "a-eu-de_p01": ACCOUNT}
        assert found == {
            "good": {**first, "b-eu-de": other["name"]},
            "one bad login": first,
            "same names": {"eu-de": ACCOUNT, "eu-de_p01": ACCOUNT},
        }[fate]
        words = {"good": "", "one bad login": "check username", "same names": "host_prefix of its own"}[fate]
        assert words in told(done)
        assert ("Unable to parse" in told(done)) is (fate != "good")
