#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: modelarts_visualization_job
short_description: Stop ModelArts visualization (TensorBoard) jobs
version_added: 0.1.0
description:
  - Stops running visualization jobs of ModelArts, waits for their end, and proves it.
  - Reads the state first, so that a job that has ended or is being stopped already is left alone.
  - Never creates, restarts or deletes a job.
author:
  - Contributors to the otc.teardown project (@otc-teardown)
options:
  job_ids:
    description:
      - IDs of the jobs. One ID may be given as it is.
      - An empty list selects nothing.
    type: list
    elements: str
notes:
  - Without O(filters.workspace_id), the API lists the jobs of workspace V(0) only.
seealso:
  - module: otc.teardown.modelarts_visualization_job_info
extends_documentation_fragment:
  - otc.teardown.connection
  - otc.teardown.selection
  - otc.teardown.stopping
  - otc.teardown.attributes
"""

EXAMPLES = r"""
- name: Stop one visualization job
  otc.teardown.modelarts_visualization_job:
    job_ids: 10

- name: Stop what has been running for more than half a day, but never the demo
  otc.teardown.modelarts_visualization_job:
    filters:
      running_longer_than: 12h
    exclude:
      names: ["demo-*"]
    max_stops: 20
"""

RETURN = r"""
jobs:
  description: Every selected job, in a stable order, also when the task fails.
  type: list
  elements: dict
  returned: always
  contains:
    id:
      description: ID of the job.
      type: str
      returned: always
      sample: "10"
    name:
      description: Its name, null if the API gives none.
      type: str
      returned: always
      sample: tb-dev
    resource:
      description: Name of the module for this kind of job.
      type: str
      returned: always
      sample: modelarts_visualization_job
    status:
      description: Its status as last seen, in the words of the provider.
      type: str
      returned: always
      sample: KILLED
    status_raw:
      description: The status as the API sent it, text or number.
      type: raw
      returned: always
      sample: 12
    phase:
      description: What the status means, V(stoppable), V(stopping), V(ended) or V(unknown).
      type: str
      returned: always
      sample: ended
    created_at:
      description: When it was created (UTC), null if the API does not say.
      type: str
      returned: always
      sample: "2019-08-07T03:48:56Z"
    status_before:
      description: Its status before the task, null if it could not be read.
      type: str
      returned: always
      sample: RUNNING
    status_after:
      description: Its status after the task, V(GONE) if it vanished meanwhile, null in check mode.
      type: str
      returned: always
      sample: KILLED
    outcome:
      description: "What became of it: V(stopped), V(stop_requested), V(would_stop), V(ended), V(ended_meanwhile), V(already_ended),
      V(already_stopping), V(excluded), V(missing), V(timed_out) or V(failed)."
      type: str
      returned: always
      sample: stopped
    changed:
      description: Whether a stop of this task was accepted, or would be sent.
      type: bool
      returned: always
      sample: true
    error:
      description: Why it failed, with C(code), C(message), C(http_status) and C(request_id); null if it did not.
      type: dict
      returned: always
      sample: null
summary:
  description: How many jobs were selected, and how many had each outcome that occurred.
  type: dict
  returned: always
  sample: {selected: 3, stopped: 1, already_ended: 2}
api_calls:
  description: Requests sent, repeated ones and logins included.
  type: int
  returned: always
  sample: 4
complete:
  description: Whether the listing was proven complete by the total that the API states.
  type: bool
  returned: always
  sample: true
listed:
  description:
    - How many jobs the listing held, whether selected or not, and how many of them were running (V(stoppable), V(stopping)).
    - Null where jobs were read by their IDs.
  type: dict
  returned: always
  sample:
    jobs: 3
    stoppable: 1
    stopping: 0
unmatched:
  description:
    - A sentence for each entry of O(exclude) that fits none of the jobs that were listed, or read by their IDs, and for each pattern of
      O(filters.names) that selects none and looks like a regular expression. The task warns of each before anything is stopped.
    - Empty where every entry fits.
  type: list
  elements: str
  returned: always
  sample: []
msg:
  description: The counts in words, or what failed and why.
  type: str
  returned: always
  sample: 1 stopped, 2 already ended
"""

from ansible_collections.otc.teardown.plugins.module_utils._modules.entry import run_stop
from ansible_collections.otc.teardown.plugins.module_utils._resources.modelarts_visualization_job import RESOURCE


def main():
    """Entry point of the module."""
    run_stop(RESOURCE)


if __name__ == "__main__":
    main()
