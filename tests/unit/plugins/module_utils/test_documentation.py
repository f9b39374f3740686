# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation and code say the same: options, secrets, results, the action group."""

from __future__ import annotations

import importlib
import pathlib

import pytest
import yaml

from ansible_collections.otc.teardown.plugins.module_utils._base import errors
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Options, Track
from ansible_collections.otc.teardown.plugins.module_utils._iam.endpoints import CATALOG_NAMES, variable_of
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._modules import module
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.module_utils._modules.rows import OUTCOMES, info_row, stop_row

COLLECTION = pathlib.Path(errors.__file__).resolve().parents[3]
PREFIX = "ansible_collections.otc.teardown.plugins."
ON_THE_CONTROLLER = ("local_files", "notice", "project_lock", "report_block")
MODULES = sorted(path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py")
                 if path.stem not in ("__init__", *ON_THE_CONTROLLER))
RESOURCES = sorted(path.stem for path in (COLLECTION / "plugins/module_utils/_resources").glob("*.py")
                   if path.stem != "__init__")
SECRET = ("password", "token", "secret_key", "security_token")
every_module = pytest.mark.parametrize("name", MODULES)
every_resource = pytest.mark.parametrize("name", RESOURCES)


class Captured(Exception):
    """Ends a module at once: all that is wanted is what it told Ansible."""


def spec_of(name, monkeypatch):
    """(argument spec, further arguments) with which a module sets up AnsibleModule."""
    def capture(argument_spec, **arguments):
        raise Captured(argument_spec, arguments)

    monkeypatch.setattr(module, "AnsibleModule", capture)
    with pytest.raises(Captured) as caught:
        importlib.import_module(f"{PREFIX}modules.{name}").main()
    return caught.value.args


def fragment(name):
    _namespace, _collection, file, *variant = name.split(".")
    holder = importlib.import_module(f"{PREFIX}doc_fragments.{file}").ModuleDocFragment
    return yaml.safe_load(getattr(holder, variant[0].upper() if variant else "DOCUMENTATION"))


def documentation(name):
    """The documentation of a module, with the options and attributes of its fragments."""
    own = yaml.safe_load(importlib.import_module(f"{PREFIX}modules.{name}").DOCUMENTATION)
    parts = [fragment(part) for part in own["extends_documentation_fragment"]]
    own["options"] = {key: value for part in [*parts, own] for key, value in (part.get("options") or {}).items()}
    own["attributes"] = {key: value for part in parts for key, value in (part.get("attributes") or {}).items()}
    return own


def facts(options, inner):
    """Options without their descriptions and secrets, in a form that both sides can have."""
    return {
        name: {
            **{key: option[key] for key in ("type", "elements", "choices", "aliases", "default", "required")
               if option.get(key) not in (None, [], ())},
            "options": facts(option.get(inner) or {}, inner),
        }
        for name, option in options.items()
    }


@every_module
def test_options_are_documented_as_they_are(name, monkeypatch):
    spec, _arguments = spec_of(name, monkeypatch)
    assert facts(spec, "options") == facts(documentation(name)["options"], "suboptions")


@every_module
def test_secrets_are_not_logged(name, monkeypatch):
    spec, _arguments = spec_of(name, monkeypatch)
    assert [option for option in SECRET if spec[option].get("no_log") is not True] == []
    assert {option for option, facts in spec.items() if facts.get("no_log")} == set(SECRET)
    looks_secret = [option for option in spec if any(word in option for word in ("pass", "token", "secret", "key"))]
    assert all("no_log" in spec[option] for option in looks_secret), "each must say whether it is"


@every_module
def test_every_module_has_check_mode(name, monkeypatch):
    _spec, arguments = spec_of(name, monkeypatch)
    assert arguments["supports_check_mode"] is True
    attributes = documentation(name)["attributes"]
    assert attributes["check_mode"]["support"] == "full"
    assert attributes["action_group"]["membership"] == ["otc.teardown.all"]


@every_module
def test_the_documentation_is_about_the_module(name):
    written = documentation(name)
    assert written["module"] == name
    assert written["short_description"] and not written["short_description"].endswith(".")
    assert written["version_added"]
    assert "otc.teardown.connection" in written["extends_documentation_fragment"]


@every_module
def test_examples_use_options_that_there_are(name):
    options = {name: documentation(name)["options"] for name in MODULES}
    known = {name: {*given, *(alias for option in given.values() for alias in option.get("aliases", ()))}
             for name, given in options.items()}
    examples = yaml.safe_load(importlib.import_module(f"{PREFIX}modules.{name}").EXAMPLES)
    used = set()
    for example in examples:
        for key, value in example.items():
            if key.startswith("otc.teardown."):
                used.add(key.rpartition(".")[2])
                assert set(value or {}) <= known[key.rpartition(".")[2]], example["name"]
    assert name in used


@pytest.mark.parametrize("name", ON_THE_CONTROLLER)
def test_the_options_of_an_action_without_a_module_are_documented_as_they_are(name):
    arguments = importlib.import_module(f"{PREFIX}action.{name}").ARGUMENTS
    written = yaml.safe_load(importlib.import_module(f"{PREFIX}modules.{name}").DOCUMENTATION)
    assert facts(arguments, "options") == facts(written["options"], "suboptions")


def internal_plugins():
    """(name, documentation) of each plugin that says of itself that it serves the roles only."""
    filters = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["DOCUMENTATION"]
               for path in (COLLECTION / "plugins" / "filter").glob("*.yml")}
    actions = {name: yaml.safe_load(importlib.import_module(f"{PREFIX}modules.{name}").DOCUMENTATION) for name in ON_THE_CONTROLLER}
    every = {**filters, **actions}
    return [(name, written) for name, written in every.items() if written["description"][0].startswith("Internal")]


def test_internal_plugins_say_so_in_their_first_line_and_stay_out_of_the_changelog():
    """antsibull-changelog lists what has a `version_added`."""
    found = internal_plugins()
    assert len(found) == 10
    assert all(written["short_description"].startswith("Internal: ") and "version_added" not in written for _name, written in found)
    changelog = (COLLECTION / "CHANGELOG.rst").read_text(encoding="utf-8")
    assert [name for name, _written in found if f"- otc.teardown.{name} - " in changelog] == []


def test_the_action_group_holds_every_module():
    runtime = yaml.safe_load((COLLECTION / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert sorted(runtime["action_groups"]["all"]) == MODULES
    assert len(set(runtime["action_groups"]["all"])) == len(runtime["action_groups"]["all"])


@every_resource
def test_every_kind_has_two_modules_with_the_same_selection(name, monkeypatch):
    stop, _arguments = spec_of(name, monkeypatch)
    info, _arguments = spec_of(f"{name}_info", monkeypatch)
    assert {option: stop[option] for option in info} == info
    assert set(stop) - set(info) >= {"state", "wait", "wait_timeout", "wait_interval", "on_missing", "on_timeout",
                                     "max_stops"}


def test_every_module_is_routed_to_the_action_plugin_that_knows_where_the_user_stands():
    runtime = yaml.safe_load((COLLECTION / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    routed = runtime["plugin_routing"]["modules"]
    assert routed == dict.fromkeys(MODULES, {"action_plugin": "otc.teardown.jobs"})
    assert sorted(path.stem for path in (COLLECTION / "plugins" / "action").glob("*.py")) == ["jobs", *ON_THE_CONTROLLER]


@every_resource
def test_every_kind_has_its_endpoint_known_to_all(name):
    assert resource_of(name).service in CATALOG_NAMES


def resource_of(name):
    return KINDS[name]


def test_the_table_of_kinds_holds_every_description_in_its_order():
    assert sorted(KINDS) == RESOURCES
    assert list(KINDS) == [kind.name for kind in sorted(KINDS.values(), key=lambda kind: (kind.order, kind.name))]
    for name, resource in KINDS.items():
        assert importlib.import_module(f"{PREFIX}module_utils._resources.{name}").RESOURCE is resource


@every_resource
def test_rows_are_documented_as_they_are(name):
    resource = resource_of(name)
    key = Key("1", "2" if resource.parent else None)
    job = Job(key, "n", "RUNNING", "RUNNING", "stoppable")
    returned = yaml.safe_load(importlib.import_module(f"{PREFIX}modules.{name}").RETURN)
    assert set(returned["jobs"]["contains"]) == set(stop_row(Track(key, job, job, outcome="stopped"), resource))
    described = returned["jobs"]["contains"]["outcome"]
    assert all(f"V({outcome})" in str(described["description"]) for outcome in OUTCOMES)
    returned = yaml.safe_load(importlib.import_module(f"{PREFIX}modules.{name}_info").RETURN)
    assert set(returned["jobs"]["contains"]) == set(info_row(job, resource))


@every_resource
def test_defaults_are_those_of_a_run(name, monkeypatch):
    spec, _arguments = spec_of(name, monkeypatch)
    standard = Options()
    for option in ("wait", "wait_timeout", "wait_interval", "max_stops", "on_missing", "on_timeout"):
        assert spec[option].get("default") == getattr(standard, option)
    assert ("force" in spec) == ("force_after" in spec) == resource_of(name).can_force


def test_environment_variables_are_documented():
    from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import ENVIRONMENT

    options = fragment("otc.teardown.connection")["options"]
    for option, variables in ENVIRONMENT.items():
        if option in options:
            text = " ".join(options[option]["description"])
            assert [name for name in variables if f"E({name})" not in text] == [], option
    endpoints = options["endpoints"]
    assert set(endpoints["suboptions"]) == set(CATALOG_NAMES)
    assert [name for name in map(variable_of, CATALOG_NAMES) if f"E({name})" not in " ".join(endpoints["description"])] == []
