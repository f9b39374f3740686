# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the roles that stop jobs without a plan: what is said of wrong ones."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml

from ansible_collections.otc.teardown.plugins.plugin_utils._arguments import refuse_unknown_keys
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.stop_roles import role_errors

ROLES = pathlib.Path(__file__).resolve().parents[4] / "roles"
KNOWN = ["drs_stop_filters", "drs_stop_wait_timeout", "drs_stop_connection"]


@pytest.mark.parametrize(("given", "words"), [
    ({"wait": "perhaps"}, "drs_stop_wait: 'perhaps' is neither true nor false"),
    ({"wait_timeout": "10 min"}, "drs_stop_wait_timeout: '10 min' is neither a number of seconds nor a duration"),
    ({"wait_timeout": "5w"}, "drs_stop_wait_timeout: 3024000.0: is too large"),
    ({"force_after": True}, "drs_stop_force_after: True is neither"),
    ({"max_stops": "many"}, "drs_stop_max_stops: 'many' is not a number"),
    ({"on_missing": "cry"}, "drs_stop_on_missing: 'cry' is none of fail, warn, ignore"),
    ({"on_timeout": "ignore"}, "drs_stop_on_timeout: 'ignore' is none of fail, warn"),
    ({"drs_api": "v4"}, "drs_stop_drs_api: 'v4' is none of auto, v5, v3"),
    ({"filters": "names"}, "drs_stop_filters: 'names': is not a dictionary"),
    ({"connection": ["x"]}, "drs_stop_connection: \"['x']\": is not a dictionary"),
    ({"jobs": {"id": "1"}}, "drs_stop_jobs: \"{'id': '1'}\": is not a list of dictionaries"),
    ({"jobs": ["1"]}, "drs_stop_jobs[0]: '1': is not a dictionary"),
    ({"journal": 5}, "drs_stop_journal: 5 is not a path"),
    ({"wait": None}, "drs_stop_wait: is null; give a value"),
])
def test_a_wrong_type_is_named(given: dict[str, Any], words: str) -> None:
    (error,) = role_errors(given, "drs_stop", [], KNOWN)
    assert error.startswith(words) and len(error) < 300


def test_good_values_are_not_mentioned() -> None:
    given = {"wait": "yes", "wait_timeout": "10m", "wait_interval": 1, "force_after": "", "max_stops": "5", "jobs": [], "filters": '{"names": "x"}'}
    assert role_errors(given, "drs_stop", [], KNOWN) == []


@pytest.mark.parametrize(("name", "hint"), [
    ("drs_stop_filter", " (did you mean drs_stop_filters?)"), ("drs_stop_connection.regoin", " (did you mean drs_stop_connection.region?)"),
    ("drs_stop_xyzzy_quux", ""),
])
def test_a_variable_that_there_is_not_comes_with_one_that_there_is(name: str, hint: str) -> None:
    assert role_errors({}, "drs_stop", [name], KNOWN) == [
        f"There is no {name}{hint}; the role's variables are in ansible-doc -t role otc.teardown.drs_stop"]


@pytest.mark.parametrize(("args", "words"), [
    ({"filters": {"name": "x"}}, "filters.name: is not known (did you mean names?); choose from names, statuses"),
    ({"exclude": {"nmaes": []}}, "exclude.nmaes: is not known (did you mean names?); choose from ids, names"),
    ({"exclude": {"owner": []}}, "exclude.owner: is not known (did you mean owners?); choose from ids, names, owners, tags"),
    ({"endpoints": {"model_arts": "x"}}, "endpoints.model_arts: is not known (did you mean modelarts?); choose from iam"),
    ({"filters_by_resource": {"drs_jobs": {}}}, "filters_by_resource.drs_jobs: is not known (did you mean drs_job?)"),
    ({"filters_by_resource": {"drs_job": {"older": "1h"}}}, "filters_by_resource.drs_job.older: is not known (did you mean "),
])
def test_unknown_keys_of_a_task(args: dict[str, Any], words: str) -> None:
    with pytest.raises(Exception, match="is not known") as caught:
        refuse_unknown_keys(args)
    assert str(caught.value).startswith(words)
    refuse_unknown_keys({"exclude": '{"x": 1}'})
    refuse_unknown_keys({"filters": {"names": "x", "older_than": "1h"}, "jobs": [{"id": 1}], "filters_by_resource": "x"})
    refuse_unknown_keys({"exclude": {"owners": "x", "tags": {"a": "b"}}})


@pytest.mark.parametrize("role", ["teardown", "drs_stop", "modelarts_stop"])
def test_ansible_leaves_the_check_of_types_to_us(role: str) -> None:
    """It would print the whole specification."""
    spec = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["main"]
    assert {option["type"] for option in spec["options"].values()} <= {"raw", "str"}
    assert not [name for name, option in spec["options"].items() if {"choices", "elements", "required"} & set(option)]
