# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Selections as a whole: never more than was meant, whatever the order, and no options that break anything."""

from __future__ import annotations

import urllib.parse

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain, why_not_a_path_segment
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Options
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import select
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    drs_job,
    modelarts_processor_task_version,
    modelarts_service,
    modelarts_service_task,
    modelarts_training_job,
    modelarts_visualization_job,
)
from tests.unit.plugins.module_utils.model_cloud import STATUS, VISUALIZATION, ModelCloud, ModelJob

RESOURCES = {one.RESOURCE.name: one.RESOURCE for one in (
    drs_job, modelarts_processor_task_version, modelarts_service, modelarts_service_task, modelarts_training_job, modelarts_visualization_job)}
PROJECT = "0123456789abcdef0123456789abcdef"

ids = st.integers(1, 8).map(str)
names = st.sampled_from(["tb-dev", "tb-prod", "TB-DEV", "nightly", "", None])
worlds = st.lists(st.builds(
    ModelJob, id=ids, name=names, created=st.sampled_from([None, 0, 900_000, 990_000, 999_999]),
    state=st.sampled_from(["running", *STATUS[VISUALIZATION.name]]),
), max_size=6, unique_by=lambda job: job.id)
filters = st.fixed_dictionaries({}, optional={
    "names": st.lists(st.sampled_from(["tb-*", "*", "nightly", "[Tt]*", "x"]), min_size=1, max_size=2),
    "statuses": st.lists(st.sampled_from(["RUNNING", "running", "KILLED"]), min_size=1, max_size=2),
    "older_than": st.sampled_from(["1s", "1m", "10d"]),
})
excludes = st.fixed_dictionaries({}, optional={
    "ids": st.lists(ids, max_size=3),
    "names": st.lists(st.sampled_from(["tb-*", "nightly", "*"]), max_size=2),
})


def outcomes(jobs, params):
    """id -> outcome in check mode."""
    tracks = ModelCloud(VISUALIZATION, jobs).run(select(params, VISUALIZATION), Options(), check_mode=True).tracks
    found = {track.key.id: track.outcome for track in tracks}
    assert len(found) == len(tracks), "no job comes twice"
    return found


def to_stop(jobs, params):
    return {identifier for identifier, outcome in outcomes(jobs, params).items() if outcome == "would_stop"}


def covering(some):
    """The options for these filters: without any, everything."""
    return {"filters": some} if some else {"all": True}


@given(worlds, filters, excludes, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(jobs, some, excluded, chance):
    params = {**covering(some), "exclude": excluded}
    shuffled = chance.sample(jobs, len(jobs))
    mixed = {key: chance.sample(value, len(value)) if isinstance(value, list) else value for key, value in some.items()}
    assert outcomes(jobs, params) == outcomes(shuffled, {**covering(mixed), "exclude": excluded})
    ids = [job.id for job in jobs]
    again = [*chance.sample(ids, len(ids)), *ids[:2]]
    named, twice = ({"job_ids": given_ids, "exclude": excluded} for given_ids in (ids, again))
    assert outcomes(jobs, named) == outcomes(jobs, twice)


@given(worlds, filters, excludes)
def test_exclude_wins_and_takes_away_nothing_else(jobs, some, excluded):
    with_it, without = {**covering(some), "exclude": excluded}, covering(some)
    left, all_of_them = to_stop(jobs, with_it), to_stop(jobs, without)
    assert left <= all_of_them and not left & set(excluded.get("ids", []))
    rows = outcomes(jobs, with_it)
    assert rows.keys() == outcomes(jobs, without).keys(), "what is excluded is reported"
    for identifier in all_of_them - left:
        assert rows[identifier] in ("excluded", "failed")


@given(worlds, filters, filters)
def test_a_filter_can_only_shrink(jobs, some, more):
    both = {**some, **{key: value for key, value in more.items() if key not in some}}
    assert to_stop(jobs, covering(both)) <= to_stop(jobs, covering(some)) <= to_stop(jobs, {"all": True})


@given(worlds, excludes, st.data())
def test_rows_that_were_returned_select_the_same_jobs_as_their_ids(jobs, excluded, data):
    chosen = data.draw(st.lists(st.sampled_from(jobs), unique_by=lambda job: job.id)) if jobs else []
    rows = [{"id": job.id, "resource": VISUALIZATION.name, "name": "whatever"} for job in chosen]
    by_id = outcomes(jobs, {"job_ids": [job.id for job in chosen], "exclude": excluded})
    assert outcomes(jobs, {"jobs": rows, "exclude": excluded}) == by_id
    assert by_id.keys() == {job.id for job in chosen}, "no more than was named"


texts = st.text(max_size=12) | st.sampled_from(["10", "a" * 32, "RUNNING", "7d", "*", "..", "%2e", "a/b", " "])
words = st.lists(texts, max_size=3)
any_json = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | texts,
                        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2), max_leaves=4)
rows = st.dictionaries(st.sampled_from(["id", "service_id", "task_id", "resource", "name"]), any_json, max_size=4)
OPTIONS = {
    "job_ids": words, "service_ids": words, "version_ids": words, "task_ids": words, "task_id": texts, "service_id": texts,
    "jobs": st.lists(rows, max_size=3), "all": st.booleans(),
    "filters": st.fixed_dictionaries({}, optional={
        "names": words, "statuses": words, "older_than": texts, "running_longer_than": texts, "workspace_id": texts,
        "enterprise_project_id": texts, "job_types": words}),
    "exclude": st.fixed_dictionaries({}, optional={"ids": words, "names": words}),
}


@given(st.sampled_from(sorted(RESOURCES)), st.fixed_dictionaries({}, optional=OPTIONS))
def test_any_options_select_clearly_or_are_refused_with_words(name, params):
    resource = RESOURCES[name]
    try:
        selection = select(params, resource)
    except InputError as error:
        assert error.option and len(str(error)) > len(error.option) + 10
        return
    if selection.keys is None:
        assert params.get("all") or any(value is not None for value in params["filters"].values())
    for identifier in (*(text for key in selection.keys or () for text in key if text),
                       *(min(entry.readings, key=len) for entry in selection.exclude.ids)):
        assert why_not_a_path_segment(identifier) is None


@given(st.sampled_from(sorted(RESOURCES)), *[st.text("a1-._~:;,@!$&'()*+=\u00fc\u65e5\u200d/", min_size=1, max_size=6)] * 2)
def test_an_id_that_is_taken_addresses_one_job(name, identifier, parent):
    resource = RESOURCES[name]
    above = {resource.parent.option: parent} if resource.parent else {}
    try:
        [key] = select({**above, "jobs": None, resource.ids_option: [identifier]}, resource).keys
    except InputError:
        return
    for dialect in resource.dialects:
        for call in (read.call for read in (dialect.read_one, dialect.stop_one) if read):
            url = call.request("https://host", {"id": key.id, "parent": key.parent, "project_id": PROJECT}).url
            usual = call.request("https://host", {"id": "ID", "parent": "PARENT", "project_id": PROJECT}).url
            shown, expected = urllib.parse.urlsplit(url), urllib.parse.urlsplit(usual)
            assert (shown.netloc, shown.query, shown.fragment) == ("host", "", "")
            parts = [urllib.parse.unquote(part) for part in shown.path.split("/")]
            assert parts == [{"ID": key.id, "PARENT": key.parent}.get(part, part) for part in expected.path.split("/")]
            assert url.isascii() and url.isprintable() and urllib.parse.urljoin(url, shown.path) == url


@pytest.mark.parametrize("bad", ["/", "\\", "?", "#", "%", "\n", "\r", "\0", "\x1b", " ", "\u2028", "\u202e", "\ud800"])
@example("", "\U000e0100")  # a variation selector, which repr leaves as it is
@given(st.text("ab1.-", max_size=8), st.text(max_size=8))
def test_no_id_with_a_character_that_could_lead_elsewhere_is_taken(bad, before, after):
    with pytest.raises(InputError) as refused:
        select({"job_ids": [before + bad + after]}, VISUALIZATION)
    shown = str(refused.value)
    assert "job_ids" in shown and shown == plain(shown), "the message itself is harmless"
