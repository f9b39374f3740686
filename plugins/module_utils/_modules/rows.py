# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a task: rows, counts, a sentence, a diff. Pure functions over finished tracks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ADVICE, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_time
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import GONE, Options, Track, is_absent
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED, UNKNOWN
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import as_dictionary

OUTCOMES = (
    "stopped", "stop_requested", "would_stop", "ended", "ended_meanwhile", "already_ended", "already_stopping",
    "excluded", "missing", "unclear", "timed_out", "failed",
)
"""Every outcome that a row can have, in the order of the counts in messages."""

SHOWN_FAILURES = 3


def info_row(job: Job, resource: Resource) -> dict[str, Any]:
    """A row of the info modules."""
    return {
        **_identity(job.key, resource),
        "name": _shown(job.name),
        "resource": resource.name,
        "status": job.status,
        "status_raw": _shown(job.status_raw),
        "phase": job.phase,
        "created_at": format_time(job.created),
        **_origin(job, resource),
    }


def stop_row(track: Track, resource: Resource) -> dict[str, Any]:
    """A row of the modules that stop jobs."""
    last = next((sight for sight in (track.seen, track.before) if isinstance(sight, Job)), None)
    row = info_row(last, resource) if last else {
        **_identity(track.key, resource),
        "name": None,
        "resource": resource.name,
        "status": None,
        "status_raw": None,
        "phase": UNKNOWN,
        "created_at": None,
        **_origin(None, resource),
    }
    if last and is_absent(track.seen):
        row.update(status=GONE, status_raw=None, phase=ENDED)
    problem = _problem_of(track)
    if isinstance(track.before, Job):
        row.update(name=_shown(track.before.name), created_at=format_time(track.before.created), **_origin(track.before, resource))
    row.update(
        status_before=track.before.status if isinstance(track.before, Job) else None,
        status_after=None if track.outcome == "would_stop" else row["status"],
        outcome=track.outcome,
        changed=track.changed,
        error=problem.as_row() if problem else None,
    )
    if resource.has_families:
        row["spared_by"] = track.why_excluded if track.excluded else None
    return row


def spared(tracks: Iterable[Track], resource: Resource) -> list[str]:
    """Warnings about jobs that are not stopped because a relative is excluded."""
    return [f"{resource.name} {track.key} is left alone: {track.why_excluded}, and the stop of one may end the other"
            for track in tracks if track.excluded and track.why_excluded]


def summarize(tracks: Sequence[Track]) -> dict[str, int]:
    """The number of selected jobs, and outcome -> number of jobs for each outcome that occurred."""
    counts = {outcome: sum(track.outcome == outcome for track in tracks) for outcome in OUTCOMES}
    return {"selected": len(tracks), **{outcome: count for outcome, count in counts.items() if count}}


def sentence(tracks: Sequence[Track]) -> str:
    """The counts as text, such as `1 stopped, 2 already ended`."""
    counts = summarize(tracks)
    parts = [f"{counts[outcome]} {outcome.replace('_', ' ')}" for outcome in OUTCOMES if outcome in counts]
    return ", ".join(parts) or "no job was selected"


def handled_by(how: str, tracks: Iterable[Track], options: Options) -> list[Track]:
    """The tracks for whose outcome the options demand this reaction of the task (`how`): `fail`, `warn` or `ignore`."""
    return [track for track in tracks if options.handling(track.outcome) == how]


def failure_text(failed: Sequence[tuple[Track, Resource]], tracks: Sequence[Track], unread: Sequence[str] = ()) -> str:
    """The failures with reasons and remedies, and the counts of all jobs. `unread`: a text for each kind that could not be read."""
    guarded = [track.problem for track, _kind in failed if track.problem and track.problem.meaning is Meaning.GUARDED]
    single = [(track, kind) for track, kind in failed if not (track.problem and track.problem.meaning is Meaning.GUARDED)]
    once = dict.fromkeys(problem.message for problem in guarded)
    shown = [*unread, *once, *(describe(track, resource) for track, resource in single[:SHOWN_FAILURES])]
    if len(single) > SHOWN_FAILURES:
        shown.append(f"{len(single) - SHOWN_FAILURES} more failed, see jobs")
    remedies = _remedies([track for track, _resource in failed])
    return "; ".join([*shown, *remedies]) + f". In all: {sentence(tracks)}"


def describe(track: Track, resource: Resource) -> str:
    """`Failed to stop drs_job <id> (<name>): <why>`."""
    accepted = ", although the stop was accepted" if track.accepted else ""
    return f"Failed to stop {resource.name} {track.key.id}{_name(track)}: {_problem_of(track)}{accepted}"


def cautions(tracks: Iterable[Track], resource: Resource) -> list[str]:
    """Warnings about jobs that have ended but may start again."""
    seen = ((track, track.seen) for track in tracks if not track.excluded)
    return [
        f"{resource.name} {track.key} {text}"
        for track, job in seen if isinstance(job, Job) and (job.phase == ENDED or track.changed)
        for text in job.cautions
    ]


def diff(tracks: Sequence[Track], resource: Resource, options: Options) -> dict[str, str]:
    """The states before and after, for the jobs that this task stops; the same in check mode."""
    concerned = [track for track in tracks if track.changed]

    def after(track: Track) -> str:
        confirmed = options.wait and track.outcome in ("stopped", "would_stop")
        return "stopped" if confirmed else "stop requested"

    return {
        "before_header": resource.name,
        "after_header": resource.name,
        "before": "".join(_state(track, resource, _before(track)) for track in concerned),
        "after": "".join(_state(track, resource, after(track)) for track in concerned),
    }


def _shown(value: Any) -> Any:
    """An external value for display: text is made plain, other values are unchanged."""
    return plain(value) if isinstance(value, str) else value


def _remedies(failed: Sequence[Track]) -> list[str]:
    outcomes = {track.outcome for track in failed}
    remedies = []
    if "missing" in outcomes:
        remedies.append("set on_missing to warn or ignore if that is expected")
    if "unclear" in outcomes:
        remedies.append("set on_unclear to warn if such leftovers are expected")
    if "timed_out" in outcomes:
        remedies.append("run the task again to go on waiting, or raise wait_timeout")
    meanings = [track.problem.meaning for track in failed if track.problem and track.outcome == "failed"]
    return remedies + [ADVICE[meaning] for meaning in dict.fromkeys(meanings) if meaning in ADVICE]


def _before(track: Track) -> str:
    return str(track.before.status) if isinstance(track.before, Job) else UNKNOWN


def _state(track: Track, resource: Resource, state: str) -> str:
    return plain(f"{resource.name} {track.key}{_name(track)}: {state}") + "\n"


def _name(track: Track) -> str:
    return f" ({track.before.name})" if isinstance(track.before, Job) and track.before.name else ""


def _problem_of(track: Track) -> Problem | None:
    """Why a job failed; says so if a stop was sent whose effect is not known."""
    problem = track.problem
    if problem is None or track.accepted or not track.doubtful:
        return problem
    text = f"{problem.message}; a stop that got no clear answer may have landed"
    return Problem(text, problem.meaning, problem.code, problem.http_status, problem.request_id)


def _origin(job: Job | None, resource: Resource) -> dict[str, Any]:
    """The name of the parent, the owner, the flavor, when the job stops by itself, and the tags, for kinds whose API reports them."""
    parent = {"parent_name": _shown(job.parent_name) if job else None} if resource.parent else {}
    owner = {"owner": _shown(next(iter(job.owners), None)) if job else None} if resource.tells_owner else {}
    flavor = {"flavor": _shown(job.flavor) if job else None} if resource.tells_flavor else {}
    lease = {"lease": format_time(job.lease) if job else None} if resource.has_lease else {}
    tags = {"tags": as_dictionary(job.tags if job else None)} if resource.tells_tags else {}
    return {**parent, **owner, **flavor, **lease, **tags}


def _identity(key: Key, resource: Resource) -> dict[str, Any]:
    return {"id": key.id, **({resource.above: key.parent} if resource.above else {})}
