# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the role `teardown`: what they become, and what is said of wrong ones."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.options import teardown_options
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.run import STEPS, take
from tests.unit.plugins.plugin_utils.teardown_rows import DRS, NOW, TASK, VARIABLES, VERSION, VIS

NOTEBOOK = "modelarts_notebook"
CANARY = {"resource": TASK, "id": "0" * 32, "service_id": "a1b2c3d4-0000-4000-8000-000000000001"}


def options(**variables: Any) -> dict[str, Any]:
    """The options for these variables, all others as usual."""
    return teardown_options({**VARIABLES, **variables})


@pytest.mark.parametrize(("name", "value", "becomes"), [
    ("plan_ttl", "24h", 86400), ("plan_ttl", 90, 90), ("plan_ttl", "1h30m", 5400), ("settle", "0", 0), ("settle", "0.5", 0.5),
    ("max_stops", "100", 100), ("max_stops", 0, 0), ("max_percent", "12.5", 12.5), ("allow_incomplete", "yes", True),
    ("confirm", " eu-de ", "eu-de"), ("confirm", None, ""), ("resources", "drs_job", [DRS]),
    ("resources", f"{DRS},{VIS}", [VIS, DRS]), ("order", [DRS, VIS, VERSION, TASK], [DRS, VIS, VERSION, TASK]),
    ("projects_allowed", [{"id": "1", "name": " a "}], [{"id": "1", "name": "a"}]),
    ("projects_allowed", '[{"id": "1", "name": "a"}]', [{"id": "1", "name": "a"}]),
    ("projects_allowed", ["id=1 name=a"], [{"id": "1", "name": "a"}]),
    ("projects_forbidden", "p, q", [{"id": "p", "name": "p"}, {"id": "q", "name": "q"}]),
    ("projects_forbidden", ["p", {"id": "7"}], [{"id": "p", "name": "p"}, {"id": "7"}]),
    ("projects_forbidden", "eu-de_prod, ", [{"id": "eu-de_prod", "name": "eu-de_prod"}]),
    ("projects_forbidden", ["id=7", "id=8 name=q"], [{"id": "7"}, {"id": "8"}, {"name": "q"}]),
    ("canary", [CANARY], [CANARY]), ("history", "30", 30), ("history", 0, 0), ("price_hours", "1.5", 1.5),
    ("metrics_file", "", ""), ("metrics_file", "x.prom", "x.prom"),
    ("prices", [], None),
    ("prices", [{"resource": DRS, "price": "1.25", "currency": " EUR "}, {"resource": NOTEBOOK, "flavor": "*.gpu.*", "price": 3},
                {"resource": NOTEBOOK, "price": 0, "currency": "EUR"}],
     {"currency": "EUR", "entries": [
         {"resource": DRS, "flavor": None, "tags": {}, "price": 1.25}, {"resource": NOTEBOOK, "flavor": "*.gpu.*", "tags": {}, "price": 3.0},
         {"resource": NOTEBOOK, "flavor": None, "tags": {}, "price": 0.0},
     ]}),
    ("prices", '[{"resource": "drs_job", "price": 1, "currency": "\u20ac"}]',
     {"currency": "\u20ac", "entries": [{"resource": DRS, "flavor": None, "tags": {}, "price": 1.0}]}),
    ("plan_ttl", "3600", 3600), ("settle", 5, 5), ("settle", "2m", 120),
    ("prices", [{"resource": NOTEBOOK, "tags": {"team": "ml-*"}, "price": 3, "currency": "EUR"}, {"resource": NOTEBOOK, "price": 2}],
     {"currency": "EUR", "entries": [
         {"resource": NOTEBOOK, "flavor": None, "tags": {"team": ["ml-*"]}, "price": 3.0}, {"resource": NOTEBOOK, "flavor": None, "tags": {}, "price": 2.0},
     ]}),
    ("keep_tag", "", {}), ("keep_tag", {DRS: " keep-until "}, {DRS: "keep-until"}), ("keep_tag", '{"drs_job": "keep"}', {DRS: "keep"}),
    ("baseline", "", ""), ("baseline", "before.json", "before.json"),
    ("exclude", {"owners": "anna"}, {"owners": [["anna"]]}),
    ("exclude", {"tags": {"team": ["a, b", "c"]}, "ids": []}, {"tags": {"team": [["a, b", "a", "b"], ["c"]]}}),
    ("exclude", {"tags": '{"team": "a, b"}'}, {"tags": {"team": [["a"], ["b"]]}}), ("exclude", {"tags": {}}, {}),
])
def test_values_in_many_forms(name: str, value: Any, becomes: Any) -> None:
    kinds = {"resources": [NOTEBOOK], "order": [NOTEBOOK]} if name == "exclude" else {}
    found = options(**{**kinds, name: value})
    assert found["errors"] == []
    assert found["resources" if name == "order" else name] == becomes


@pytest.mark.parametrize(("name", "value", "words"), [
    ("prices", "much", "teardown_prices: 'much': is not a list of dictionaries"),
    ("prices", ["1"], "teardown_prices[0]: '1': is not a dictionary with resource, flavor, tags, price, currency"),
    ("prices", [{"kind": DRS, "price": 1}], "teardown_prices[0]: 'kind': is no key of a price; it takes resource, flavor, tags, price, currency"),
    ("prices", [{"resource": "vm", "price": 1, "currency": "EUR"}], "teardown_prices[0].resource: 'vm': is none of"),
    ("prices", [{"resource": DRS, "price": "cheap", "currency": "EUR"}], "teardown_prices[0].price: 'cheap': is not a price for an hour; give a number"),
    ("prices", [{"resource": DRS, "price": "3,50", "currency": "EUR"}], "teardown_prices[0].price: '3,50': is not a price"),
    ("prices", [{"resource": DRS, "price": -1, "currency": "EUR"}], "teardown_prices[0].price: -1: is not a price for an hour; give a number from 0"),
    ("prices", [{"resource": DRS, "price": "nan", "currency": "EUR"}], "teardown_prices[0].price: 'nan': is not a price"),
    ("prices", [{"resource": DRS, "price": True, "currency": "EUR"}], "teardown_prices[0].price: True: is not a price"),
    ("prices", [{"resource": DRS, "currency": "EUR"}], "teardown_prices[0].price: is not a price for an hour"),
    ("prices", [{"resource": DRS, "price": 1}], "teardown_prices: no entry has a currency; give one at least once, for example currency: EUR"),
    ("prices", [{"resource": DRS, "price": 1, "currency": "EUR"}, {"resource": VIS, "price": 1, "currency": "USD"}],
     "teardown_prices: 'EUR, USD': are different currencies, which cannot be added up"),
    ("prices", [{"resource": DRS, "price": 1, "currency": 978}], "teardown_prices[0].currency: 978: is not a currency"),
    ("prices", [{"resource": DRS, "price": 1, "currency": "1 EUR"}], "teardown_prices[0].currency: '1 EUR': is not a currency"),
    ("prices", [{"resource": DRS, "flavor": "x", "price": 1, "currency": "EUR"}],
     "teardown_prices[0].flavor: 'x': cannot match: the API names no flavor of drs_job; leave it out"),
    ("prices", [{"resource": NOTEBOOK, "flavor": 8, "price": 1, "currency": "EUR"}], "teardown_prices[0].flavor: 8: is not text"),
    ("prices", [{"resource": NOTEBOOK, "price": 1, "currency": "EUR"}, {"resource": NOTEBOOK, "flavor": "x", "price": 2}],
     "teardown_prices[1]: 'modelarts_notebook': never counts, because teardown_prices[0] fits all its jobs"),
    ("prices", [{"resource": NOTEBOOK, "flavor": "x", "price": 1, "currency": "EUR"}, {"resource": NOTEBOOK, "flavor": "x", "price": 2}],
     "teardown_prices[1]: 'modelarts_notebook': never counts"),
    ("price_hours", -1, "teardown_price_hours: -1 must be 0 or more, and at most 8784"),
    ("metrics_file", ["x"], "teardown_metrics_file: ['x'] is not a path"),
    ("history", -1, "teardown_history: -1 must be 0 or more, and at most 10000"),
    ("history", 1.5, "teardown_history: 1.5 must be a whole number"),
    ("history", "all", "teardown_history: 'all' is not a number"),
    ("mode", "destroy", "teardown_mode: 'destroy' is none of plan, apply, verify"),
    ("resources", ["vm"], "teardown_resources: ['vm'] must name one or more of"),
    ("resources", [], "teardown_resources: [] must name"),
    ("resources", [DRS, DRS], "names a kind twice"),
    ("order", [DRS], "teardown_order: it does not hold"),
    ("max_stops", float("inf"), "teardown_max_stops: inf must be 0 or more"),
    ("max_stops", float("nan"), "teardown_max_stops: nan must be 0 or more"),
    ("max_percent", ".inf", "teardown_max_percent: '.inf' is not a number"),
    ("plan_ttl", "soon", "teardown_plan_ttl: 'soon' is neither a number of seconds nor a duration"),
    ("settle", True, "teardown_settle: True is neither a number of seconds nor a duration"),
    ("settle", -1, "teardown_settle: -1 is negative; give 0 or more seconds"),
    ("plan_file", " ", "teardown_plan_file: ' ' is not a path"),
    ("max_stops", -1, "teardown_max_stops: -1 must be 0 or more"),
    ("max_stops", "many", "teardown_max_stops: 'many' is not a number"),
    ("max_percent", 101, "teardown_max_percent: 101 must be 0 or more, and at most 100"),
    ("max_drift_percent", "nan", "teardown_max_drift_percent: 'nan' must be"),
    ("allow_incomplete", "perhaps", "teardown_allow_incomplete: 'perhaps'"),
    ("projects_allowed", [{"id": "1"}], "teardown_projects_allowed[0]: \"{'id': '1'}\": must be a dictionary with id and name"),
    ("projects_allowed", ["eu-de"], "teardown_projects_allowed"),
    ("projects_allowed", {"id": "1", "name": "a"}, "is not a list of dictionaries"),
    ("projects_forbidden", [{"region": "eu-de"}], "teardown_projects_forbidden"),
    ("canary", [{"resource": TASK, "id": "t"}], "with id, resource, service_id"),
    ("canary", [{"id": "t"}], "with resource (one of"),
    ("canary", [{"resource": VIS, "id": "../x"}], "teardown_canary"),
    ("protect", "names: x", "teardown_protect: 'names: x': is not a list of dictionaries"),
    ("protect", [{"reason": "r"}], "teardown_protect[0]: names no job; give names (shell patterns), ids or tags"),
    ("protect", [{"names": [], "ids": [], "reason": "r"}], "names no job"),
    ("protect", [{"names": ["x"]}], "teardown_protect[0]: has no reason"),
    ("protect", [{"names": ["x"], "reason": " "}], "has no reason"),
    ("protect", [{"names": [""], "reason": "r"}], "teardown_protect[0].names: '': is empty"),
    ("protect", [{"name": ["x"], "reason": "r"}], "unknown key name; it takes names, ids, tags, resource, owner, reason, until (did you mean names?)"),
    ("protect", [{"ids": ["x"], "reason": "r", "resource": "vm"}], "resource: 'vm' is none of"),
    ("protect", ["x"], "teardown_protect[0]: 'x' is not a dictionary"),
    ("mode", "aply", "teardown_mode: 'aply' is none of plan, apply, verify (did you mean apply?)"),
    ("mode", None, "teardown_mode: is null; give a value, or leave the variable out"),
    ("resources", ["drs_jobs"], "there is no 'drs_jobs' (did you mean drs_job?)"),
    ("resources", {"a": 1}, "teardown_resources: {'a': 1} is not a list; name one or more of"),
    ("filters", {"name": "x"}, "teardown_filters.name: 'x': is not a filter (did you mean names?); choose from names, statuses"),
    ("filters", [], "teardown_filters: '[]': is not a dictionary"),
    ("filters_by_resource", {kind: {"older": "1h"} for kind in (TASK, VERSION, VIS, DRS)}, "filters.older: '1h': is not a filter (did you mean "),
    ("exclude", {"name": ["x"]}, "cannot be excluded by; use ids, names, owners, tags (did you mean names?)"),
    ("projects_allowed", [{"id": "1", "nmae": "a"}], "both of one project (did you mean name?)"),
    ("wait", "perhaps", "teardown_wait: 'perhaps' is neither true nor false"),
    ("force", [], "teardown_force: [] is neither true nor false"),
    ("wait_timeout", "10 min", "teardown_wait_timeout: '10 min' is neither a number of seconds nor a duration; write for example 90m"),
    ("wait_timeout", "5w", "teardown_wait_timeout: 3024000.0: is too large; give at most 30 days"),
    ("wait_interval", 0, "teardown_wait_interval: 0.0: is too small"),
    ("concurrency", "many", "teardown_concurrency: 'many' is not a number"),
    ("concurrency", 1.5, "teardown_concurrency: 1.5 must be a whole number"),
    ("concurrency", 1000, "teardown_concurrency: 1000: is too large"),
    ("drs_api", "v4", "teardown_drs_api: 'v4' is none of auto, v5, v3"),
    ("force_after", -5, "teardown_force_after: -5 is negative"),
    ("connection", "eu-de", "teardown_connection: 'eu-de': is not a dictionary"),
    ("prices", [{"resource": VIS, "tags": {"team": "x"}, "price": 1, "currency": "EUR"}],
     "teardown_prices[0].tags: \"{'team': 'x'}\": cannot match: the API tells no tags of modelarts_visualization_job; leave it out"),
    ("prices", [{"resource": DRS, "tags": {}, "price": 1, "currency": "EUR"}], "teardown_prices[0].tags: names no tag; give keys of tags"),
    ("prices", [{"resource": DRS, "tags": {"team": 1}, "price": 1, "currency": "EUR"}], "teardown_prices[0].tags.team: 1: is not text"),
    ("prices", [{"resource": DRS, "tags": "team=x", "price": 1, "currency": "EUR"}], "teardown_prices[0].tags: 'team=x': is not a dictionary; give the keys"),
    ("prices", [{"resource": DRS, "price": 1, "currency": "EUR"}, {"resource": DRS, "tags": {"team": "x"}, "price": 2}],
     "teardown_prices[1]: 'drs_job': never"),
    ("protect", [{"tags": {"keep": "*"}, "reason": "r"}],
     f"teardown_protect[0].tags: cannot be evaluated for {TASK}, {VERSION}, {VIS}, whose API tells no tags, so it would protect none of their jobs; "
     "give an entry of its own with the resource drs_job for them"),
    ("protect", [{"tags": {"keep": "*"}, "reason": "r", "resource": VIS}], f"teardown_protect[0].tags: cannot be evaluated for {VIS}, whose API"),
    ("protect", [{"tags": {"keep": True}, "reason": "r", "resource": DRS}], "teardown_protect[0].tags.keep: True: is not text"),
    ("protect", [{"tags": {True: "x"}, "reason": "r", "resource": DRS}], "teardown_protect[0].tags: True: is not the key of a tag: put it in quotes"),
    ("protect", [{"tags": None, "reason": "r", "resource": DRS}], "teardown_protect[0].tags: is not a dictionary; give the keys of tags"),
    ("protect", [{"tags": {}, "reason": "r", "resource": DRS}], "teardown_protect[0]: names no job"),
    ("protect", [{"owners": ["anna"], "reason": "r"}], "unknown key owners; it takes names, ids, tags, resource, owner, reason, until"),
    ("exclude", {"tags": {"keep": "*"}}, f"teardown_exclude.tags: {{'keep': ['*']}}: cannot be evaluated for {TASK}, {VERSION}, {VIS}, whose API has no "
     "such field, so it would spare none of their jobs; drs_job has it; name only these in teardown_resources"),
    ("exclude", {"tags": ["keep"]}, "teardown_exclude.tags: ['keep']: is not a dictionary; give the keys of tags"),
    ("exclude", {"tags": {"keep": None}}, "teardown_exclude.tags.keep: is null"), ("exclude", {"owners": [7]}, "teardown_exclude.owners: 7: is not text"),
    ("exclude", {"tag": {"keep": "x"}}, "cannot be excluded by; use ids, names, owners, tags (did you mean tags?)"),
    ("filters", {"tags": {"on": "x", True: "y"}}, "teardown_filters.tags: True: is not the key of a tag: put it in quotes"),
    ("filters", {"tags": {}}, "teardown_filters.tags: {}: matches nothing"), ("filters", {"tags": {"a": 5}}, "teardown_filters.tags.a: 5: is not text"),
    ("keep_tag", "keep-until", f"teardown_keep_tag: 'keep-until': cannot be evaluated for {TASK}, {VERSION}, {VIS}, whose API tells no tags, so it would "
     "protect none of their jobs; give it by kind, as in {drs_job: keep-until}, or name only drs_job in teardown_resources"),
    ("keep_tag", None, "teardown_keep_tag: is not the key of a tag; give one in quotes, for example keep-until, or a dictionary by kind (as text: JSON)"),
    ("keep_tag", True, "teardown_keep_tag: True: is not the key of a tag"), ("keep_tag", ["keep"], "teardown_keep_tag: \"['keep']\": is not the key"),
    *(("keep_tag", text, f"teardown_keep_tag: {text!r}: is not the key of a tag") for text in (
        f"{{{DRS}: keep-until}}", "[keep-until]", "keep-until, keep", "keep-*", "'keep-until'", "keep\nuntil",
    )),
    ("keep_tag", {DRS: "[keep]"}, "teardown_keep_tag.drs_job: '[keep]': is not the key"),
    ("keep_tag", " ", "teardown_keep_tag: ' ': is not the key"), ("keep_tag", {DRS: ""}, "teardown_keep_tag.drs_job: '': is not the key of a tag"),
    ("keep_tag", {"drs_jobs": "keep"}, "teardown_keep_tag.drs_jobs: is not a kind of job (did you mean drs_job?); choose from modelarts_inference_service, "),
    ("keep_tag", {VIS: "keep"}, f"teardown_keep_tag.{VIS}: cannot be evaluated, because its API tells no tags; choose from "),
    ("baseline", None, "teardown_baseline: is null; give a value, or leave the variable out"),
    ("baseline", ["a.json"], "teardown_baseline: ['a.json'] is not a path"), ("baseline", " ", "teardown_baseline: ' ' is not a path"),
])
def test_bad_input_is_named(name: str, value: Any, words: str) -> None:
    errors = options(**{"all": name not in ("filters", "filters_by_resource"), name: value})["errors"]
    assert len(errors) == 1
    assert words in errors[0] and errors[0].startswith("teardown")


ENTRY = {"names": ["a"], "ids": ["1"], "reason": "r", "owner": "o", "until": "2027-01-01"}


@pytest.mark.parametrize(("other", "contradict"), [
    ({**ENTRY}, False), ({**ENTRY, "reason": "another"}, False), ({**ENTRY, "until": datetime.date(2027, 1, 1)}, False),
    ({**ENTRY, "until": "2028-01-01"}, True), ({**ENTRY, "until": None}, True), ({**ENTRY, "owner": "p"}, True),
    ({"ids": ["1"], "reason": "r"}, True), ({"ids": ["2"], "reason": "r"}, False), ({"names": ["a"], "reason": "r"}, True),
    ({**ENTRY, "until": "2028-01-01", "resource": VIS}, True),
])
def test_entries_that_contradict(other: dict[str, Any], contradict: bool) -> None:
    errors = options(protect=[ENTRY, other])["errors"]
    assert ["disagree" in text and "teardown_protect[1]" in text for text in errors] == [True] * contradict


def test_entries_about_different_kinds_do_not_contradict() -> None:
    entries = [{**ENTRY, "resource": DRS}, {**ENTRY, "resource": VIS, "until": "2028-01-01"}]
    assert options(protect=entries)["errors"] == []


@pytest.mark.parametrize(("variables", "selection"), [
    ({"all": True}, {"filters": {}, "all": True}),
    ({"all": False, "filters": {"names": ["x"]}}, {"filters": {"names": ["x"]}, "all": False}),
    ({"all": True, "filters_by_resource": {DRS: {"names": ["x"]}}}, {"filters": {"names": ["x"]}, "all": False}),
    ({"all": False, "filters": {"names": ["y"]}, "filters_by_resource": {DRS: {"names": ["x"]}}}, {"filters": {"names": ["x"]}, "all": False}),
])
def test_what_selects_a_kind(variables: dict[str, Any], selection: dict[str, Any]) -> None:
    found = options(resources=[DRS], **variables)
    assert (found["errors"], found["selections"]) == ([], {DRS: {**selection, "exclude": {}}})


@pytest.mark.parametrize(("variables", "words"), [
    ({"all": False}, "nothing selects jobs of the kind drs_job"),
    ({"all": False, "filters_by_resource": {VIS: {"names": ["x"]}}, "resources": [VIS, DRS]}, "nothing selects jobs of the kind drs_job"),
    ({"filters_by_resource": {DRS: {}}}, "teardown_filters_by_resource.drs_job is empty"),
    ({"filters_by_resource": {VIS: {"names": ["x"]}}}, "modelarts_visualization_job is not among teardown_resources"),
    ({"filters": {"names": ["x"]}}, "teardown_filters and teardown_all are both given"),
    ({"all": False, "filters": {"running_longer_than": "1h"}},
     "teardown_filters.running_longer_than: '1h': cannot be evaluated for drs_job, whose API has no such field; use enterprise_project_id, "),
    ({"all": False, "filters": {"older_than": "old"}, "resources": [VIS, DRS]}, "teardown selection: filters.older_than: 'old'"),
    ({"all": False, "filters": {"names": ["x"]}, "filters_by_resource": {DRS: {"owners": ["a"]}}},
     "teardown selection for drs_job: filters.owners: ['a']: cannot be evaluated"),
    ({"all": False, "filters": {"older_than": "old"}}, "teardown selection for drs_job: filters.older_than: 'old'"),
    ({"all": False, "filters": {"flavor": "red"}}, "teardown_filters.flavor: 'red': is not a filter; choose from names, "),
    ({"exclude": {"ids": ["../x"]}}, "teardown_exclude.ids: '../x': holds one of"),
    ({"exclude": {"name": ["x"]}}, "teardown_exclude: 'name': cannot be excluded by; use ids, names"),
])
def test_an_unclear_selection_is_refused_before_anything_is_read(variables: dict[str, Any], words: str) -> None:
    errors = options(**{"resources": [DRS], **variables})["errors"]
    assert errors and words in errors[0]


@pytest.mark.parametrize("mode", ["apply", "verify"])
def test_only_a_plan_needs_a_selection(mode: str) -> None:
    assert options(mode=mode, all=False)["errors"] == []


def test_a_step_that_does_not_exist_is_named() -> None:
    with pytest.raises(Exception, match="is none of " + ", ".join(STEPS)):
        take({}, NOW, "destroy")
