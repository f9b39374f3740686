# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say how to stop."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragment `otc.teardown.stopping`."""

    DOCUMENTATION = r"""
options:
  state:
    description: The selected jobs shall not run.
    type: str
    choices: [stopped]
    default: stopped
  wait:
    description: Whether to wait until the jobs have ended, and to prove it.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds for the whole task, until which refused stops are repeated and ends are waited for.
      - Each selected job gets its one stop all the same, also with V(0), unless a limit of requests that the API has stated
        is too narrow for them; then nothing is stopped, which check mode predicts.
      - When the time is over, jobs that seem not to have ended are read once more by themselves, because lists may lag
        behind. These reads, and the first stops if reading has used up the time, have 15 seconds of their own.
    type: float
    default: 600.0
  wait_interval:
    description: Seconds before the first look at a job that was stopped; grows to 15.
    type: float
    default: 2.0
  on_missing:
    description: What to do about a job that does not exist.
    type: str
    choices: [fail, warn, ignore]
    default: fail
  on_timeout:
    description: What to do about a job that has not ended after O(wait_timeout).
    type: str
    choices: [fail, warn]
    default: fail
  max_stops:
    description: If more jobs than this would be stopped, none is and the task fails, in check mode too.
    type: int
  output:
    description:
      - With V(summary), C(jobs) holds only the jobs that make the task fail or warn.
      - C(summary) counts all of them in any case.
    type: str
    choices: [full, summary]
    default: full
  journal:
    description:
      - File to which each row is appended as a line of JSON as soon as the job is finished, so that a task that was
        killed can be accounted for. Not written in check mode.
    type: path
"""
