# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for the stops."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragment `otc.teardown.stopping`."""

    DOCUMENTATION = r"""
options:
  state:
    description: The selected jobs must not run.
    type: str
    choices: [stopped]
    default: stopped
  wait:
    description: Whether to wait until the jobs have ended, and to check that they have.
    type: bool
    default: true
  wait_timeout:
    description:
      - Time for the whole task, including logins, reads and pauses, in seconds or as a duration such as V(10m). During this time,
        refused stops are repeated, and the module waits for jobs to end.
      - When the time is over, each selected job that got no stop yet still gets one, also with V(0), if the API does not ask for a pause.
        But if the API has stated a limit of requests that is too low for all stops, nothing is stopped; check mode predicts this.
      - If the API asks for a pause that would end after this time, or for more than ten minutes, the request fails with a message that
        says when to come back.
      - When the time is over, jobs that do not seem to have ended are read once more, one by one, because lists may be out of date.
        These reads, and the first stops if reading has used up the time, have 15 additional seconds.
    type: raw
    default: 600.0
  wait_interval:
    description:
      - Time before the status of a stopped job is read for the first time, in seconds or as a duration such as V(5s). Each further
        interval is 1.6 times as long, up to 15 seconds.
      - An interval of more than 15 seconds stays as it is.
    type: raw
    default: 0.5
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
  on_unclear:
    description:
      - What to do about a job whose status leaves open whether it still costs anything, such as a notebook in C(ERROR).
      - No stop is sent to it. Its outcome is C(unclear).
    type: str
    choices: [fail, warn]
    default: fail
  max_stops:
    description: If more jobs than this would be stopped, no job is stopped and the task fails, also in check mode.
    type: int
  output:
    description:
      - With V(summary), C(jobs) contains only the jobs that make the task fail or warn.
      - C(summary) always counts all jobs.
    type: str
    choices: [full, summary]
    default: full
  journal:
    description:
      - File to which each row is appended as a line of JSON as soon as the job is finished, so that the results of a
        killed task are not lost. Not written in check mode.
      - If the module runs on the controller, a relative path is relative to the folder in which Ansible was started.
    type: path
  progress:
    description:
      - With V(auto), a line shows the changes every few seconds while the module runs on the controller. Not in
        check mode, with C(no_log), with C(async), or with a stdout callback that prints JSON or nothing.
      - With V(off), there are no such lines. E(OTC_TEARDOWN_PROGRESS_LINES) set to V(off) on the controller does the
        same for all tasks.
    type: str
    choices: [auto, "off"]
    default: auto
"""
