# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Excludes the ancestors and descendants of excluded jobs: no document says whether stopping one affects the other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Track
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import UNNAMED, Facts, judged
from ansible_collections.otc.teardown.plugins.module_utils._engine.families import CHILD, PARENT, Families
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED

UNLISTED = ("no list shows it, so its parents and children cannot be known, and exclude cannot be evaluated; "
            "leave exclude out if none of them must keep running")
UNREAD = "its parents and children cannot be read, so exclude cannot be evaluated; leave exclude out, or see why: "

_OTHER_WAY = {PARENT: CHILD, CHILD: PARENT}


class _Verdict(NamedTuple):
    """Whether a job is excluded, itself or because of a relative (None: unknown). `why`: the reason, if it is a relative."""

    excluded: bool | None
    why: str | None


def may_be_stopped(tracks: Iterable[Track]) -> bool:
    """Whether there is a job that may be stopped, so that its relatives must be known."""
    return any(map(_goes_on, tracks))


def spare(tracks: Sequence[Track], selection: Selection, families: Families, unread: str | None = None) -> None:
    """Mark a selected job that has not ended as excluded if a relative that has not ended is excluded.

    `families` contains every job of the project, selected or not; the jobs in `tracks` are added to it. `unread`: why the
    families could not be read. `excluded` becomes None (unknown) for a job that is not in `families`, and for a job with a
    relative for which the exclusion is unknown.
    """
    unlisted = {track.key.id for track in tracks if track.key.id not in families}
    families.take(track.before for track in tracks if isinstance(track.before, Job))
    verdicts = _verdicts(selection, families)
    for track in filter(_goes_on, tracks):
        verdict = verdicts.get(track.key.id)
        if verdict is None and track.key.id in unlisted:
            verdict = _Verdict(None, UNREAD + unread if unread else UNLISTED)
        if verdict:
            track.excluded, track.why_excluded = verdict


def _goes_on(track: Track) -> bool:
    return track.excluded is False and isinstance(track.before, Job) and track.before.phase != ENDED


def _verdicts(selection: Selection, families: Families) -> dict[str, _Verdict]:
    """Id -> verdict for the jobs that must not be stopped. A definite exclusion takes precedence over an unknown one."""
    own = {job_id: _excluded(job_id, selection, families) for job_id in families if families.may_run(job_id)}
    found: dict[str, _Verdict] = {job_id: _Verdict(True, None) for job_id, verdict in own.items() if verdict}
    for wanted, words in ((True, "is excluded"), (None, f"may be excluded: {UNNAMED}")):
        for job_id in (job_id for job_id, verdict in own.items() if verdict is wanted):
            named = "".join(f" ({name})" for name in families.names(job_id)[:1])
            for relative, relation in families.relatives(job_id).items():
                found.setdefault(relative, _Verdict(wanted, f"its {_OTHER_WAY[relation]} {job_id}{named} {words}"))
    return found


def _excluded(job_id: str, selection: Selection, families: Families) -> bool | None:
    """Whether `exclude` names the job, by any name that was read for it; None if this is unknown."""
    facts = (Facts(job_id, name, tags=families.tags(job_id)) for name in families.names(job_id) or (None,))
    verdicts = [judged(one, selection.exclude).excluded for one in facts]
    return True if True in verdicts else verdicts[0]
