# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where requests go, where they never go, and how their pace is set."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import (
    KINDS,
    PASSWORD_LOGIN,
    Kind,
    each_kind,
    outcomes,
    run_at,
)

# Nobody listens here.
DEAD = "http://127.0.0.1:9"
SERVICE = {kind.label: "drs" if kind.module == "drs_job" else "modelarts" for kind in KINDS}
TYPES = {"modelarts": ("modelarts", "modelartsv1", "modelartsv2"), "drs": ("drs", "drsv3", "drsv5")}


def call(kind: Kind, sim: Simulator, *numbers: int, **options: Any) -> dict[str, Any]:
    """The result of the resource module with only the address of IAM given."""
    modes = {key: options.pop(key) for key in ("environ",) if key in options}
    base = {
        **PASSWORD_LOGIN,
        "auth_url": sim.endpoints["iam"],
        "api_retries": 1,
    }
    return run_at(sim, kind.module, {**base, **kind.args(*numbers, **options)}, **modes)


def entries(kind: Kind, *lines: tuple[str, str], type_: str | None = None, **more: str) -> list[dict[str, str]]:
    """A catalog with these (region, URL) of the kind's service, and IAM."""
    name = type_ or SERVICE[kind.label]
    listed = [{"type": name, "region": region, "url": url, **more} for region, url in lines]
    return [{"type": "identity", "name": "iam", "url": "{url}/iam/v3", "region": "*"}, *listed]


FORMS = {
    "with project": "{url}/%s/v1/$(tenant_id)s",
    "with project and slash": "{url}/%s/v3/$(project_id)s/",
    "version only": "{url}/%s/v2",
    "version with slash": "{url}/%s/v5/",
    "bare": "{url}/%s",
}


@each_kind
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("filled", [True, False])
def test_the_catalog_leads_to_the_service_in_every_form(kind: Kind, form: str, filled: bool) -> None:
    catalog = entries(kind, ("eu-nl", DEAD), ("eu-de", FORMS[form] % SERVICE[kind.label]))
    with kind.cloud({}, catalog=catalog, iam={"fill_placeholders": filled}) as sim:
        result = call(kind, sim, 1)
        assert outcomes(result) == {kind.id(1): "stopped"}, result["msg"]


@each_kind
def test_the_catalog_may_call_the_service_by_other_names(kind: Kind) -> None:
    service = SERVICE[kind.label]
    for name in TYPES[service]:
        internal = [{"type": name, "url": DEAD, "interface": "internal"}]
        listed = internal + entries(kind, ("eu-de", f"{{url}}/{service}"), type_=name)
        with kind.cloud({}, catalog=listed) as sim:
            assert outcomes(call(kind, sim, 1)) == {kind.id(1): "stopped"}, name


@each_kind
def test_several_regions_in_the_catalog_without_a_choice_are_an_error(kind: Kind) -> None:
    with kind.cloud({}, catalog=entries(kind, ("eu-nl", DEAD), ("eu-de", "{url}/" + SERVICE[kind.label]))) as sim:
        result = call(kind, sim, 1, region=None)
        assert result["failed"] and "region" in result["msg"] and "eu-nl" in result["msg"]
        assert [entry["service"] for entry in sim.journal()] == ["iam"]


@each_kind
@pytest.mark.parametrize("catalog", [[], [("eu-nl", DEAD)]], ids=["absent", "other region"])
def test_a_service_that_the_catalog_lacks_is_looked_for_by_the_usual_pattern(
    kind: Kind, catalog: list[tuple[str, str]]
) -> None:
    """But not elsewhere, if IAM is on this machine: that is a rehearsal."""
    service = SERVICE[kind.label]
    other = {"type": "rds", "region": "eu-de", "url": DEAD}
    with kind.cloud({}, catalog=[*entries(kind, *catalog), other]) as sim:
        result = call(kind, sim, 1, endpoint_domain="cloud.invalid")
        assert (result["failed"], result["changed"], result["api_calls"]) == (True, False, 1)
        assert f"requests would go to https://{service}.eu-de.cloud.invalid" in result["msg"]
        assert f"endpoints.{service}" in result["msg"] and f"OTC_ENDPOINT_{service.upper()}" in result["msg"]
        meant = call(kind, sim, 1, endpoints={service: f"https://{service}.eu-de.cloud.invalid"})
        assert (meant["failed"], meant["changed"]) == (True, False)
        assert "cannot connect" in meant["msg"] and f"{service}.eu-de.cloud.invalid" in meant["msg"]


@each_kind
def test_the_option_endpoints_wins(kind: Kind) -> None:
    service = SERVICE[kind.label]
    with kind.cloud({}, catalog=entries(kind, ("eu-de", DEAD))) as sim:
        result = call(kind, sim, 1, auth_url=DEAD, endpoints=sim.endpoints)
        assert outcomes(result) == {kind.id(1): "stopped"}
        wrong = call(kind, sim, 1, endpoints={service: DEAD})
        assert wrong["failed"] and "127.0.0.1:9" in wrong["msg"]


@each_kind
@pytest.mark.parametrize("operation", ["login", "list", "stop"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(kind: Kind, operation: str, status: int) -> None:
    with kind.cloud({}) as other, kind.cloud({}) as sim:
        struck = kind.stop_operation() if operation == "stop" else operation
        sim.add_fault(operation=struck, status=status, headers={"Location": other.url + "/stolen"}, body="")
        result = call(kind, sim, all=True, wait_timeout=20, endpoints=sim.endpoints)
        assert (result["failed"], result["changed"]) == (True, False)
        assert other.journal() == []
        assert kind.accepted(sim, 1) == 0


@pytest.mark.parametrize(
    ("kind", "form", "operation"),
    [
        (KINDS[0], "seconds", "list"),
        (KINDS[0], "date", "stop"),
        (KINDS[-1], "date", "list"),
        (KINDS[-1], "seconds", "stop"),
    ],
    ids=["seconds, list", "date, stop", "date, batch list", "seconds, batch stop"],
)
def test_retry_after_is_obeyed(kind: Kind, form: str, operation: str) -> None:
    struck = kind.stop_operation() if operation == "stop" else operation
    with kind.cloud({}) as sim:
        sim.add_fault(operation=struck, throttle=form, retry_after=1, times=1, message="slow down")
        result = kind.stop(sim, all=True)
        assert outcomes(result) == {kind.id(1): "stopped"}, result["msg"]
        marks = [(entry["time"], entry["status"]) for entry in sim.journal()]
        refused = next(n for n, (_time, status) in enumerate(marks) if status == 429)
        assert marks[refused + 1][0] - marks[refused][0] >= 0.95
        assert kind.accepted(sim, 1) == 1


@each_kind
def test_a_pause_that_is_longer_than_the_task_may_take_ends_it(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(operation=kind.stop_operation(), throttle="seconds", retry_after=500, message="slow down")
        result = kind.stop(sim, 1, wait_timeout=20)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "failed"}, False)
        assert kind.accepted(sim, 1) == 0


@pytest.mark.parametrize(("kind", "retry_after"), [(KINDS[0], True), (KINDS[2], False)], ids=["given", "not given"])
def test_a_rate_limit_is_kept_after_it_was_learnt(kind: Kind, retry_after: bool) -> None:
    limit = {"limit": 10, "seconds": 10, "retry_after": retry_after}
    with kind.cloud(*[{}] * 40, rate_limit=limit) as sim:
        # One after the other: in virtual time, those who sleep at once wake up at once.
        result = kind.stop(sim, *range(1, 41), wait_interval=5, concurrency=1)
        assert result["summary"] == {"selected": 40, "stopped": 40}, result["msg"]
        assert [kind.accepted(sim, n) for n in range(1, 41)] == [1] * 40
        refused = [entry for entry in sim.journal() if entry["status"] == 429]
        # Four to seven, or 16 to 18; a client that does not learn is refused 13 or 77 times.
        assert len(refused) <= (10 if retry_after else 35)


@each_kind
def test_a_proxy_of_the_environment_is_used_unless_no_proxy_says_otherwise(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        proxy = {"http_proxy": DEAD, "HTTP_PROXY": DEAD, "no_proxy": "", "NO_PROXY": ""}
        through = call(kind, sim, 1, environ=proxy)
        assert through["failed"] and sim.journal() == []
        assert "cannot connect" in through["msg"] and "proxy" in through["msg"]
        past = call(kind, sim, 1, environ={**proxy, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"})
        assert outcomes(past) == {kind.id(1): "stopped"}


@each_kind
@pytest.mark.parametrize("fault", [{"status": 503}, {"drop_before": True}, {"html": 502}, {"status": 429}], ids=str)
def test_a_safe_request_is_tried_as_often_as_told(kind: Kind, fault: dict[str, Any]) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(operation="list", resource=kind.module, **fault)
        result = kind.stop(sim, all=True, api_retries=2)
        assert (result["failed"], sim.stops()) == (True, [])
        assert len(sim.journal(operation="list", resource=kind.module)) == 2
        assert result["api_calls"] == len(sim.journal())


def test_an_unencrypted_address_elsewhere_is_warned_about() -> None:
    kind = KINDS[0]
    with kind.cloud({}) as sim:
        endpoints = {**sim.endpoints, "modelarts": "http://cloud.invalid"}
        result = call(kind, sim, 1, endpoints=endpoints)
        assert "not encrypted" in str(result.get("warnings"))
        assert "warnings" not in call(kind, sim, 1, endpoints=sim.endpoints)
