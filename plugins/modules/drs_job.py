#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: drs_job
short_description: Stop DRS data-replication jobs
version_added: 0.1.0
description:
  - Ends running jobs of the Data Replication Service (DRS), waits for their end, and proves it.
  - Ending a job releases its replication instance and its costs. An ended job cannot be resumed.
  - Reads the state first, so that a job that has ended or is being ended already is left alone.
  - Never creates, pauses, restarts or deletes a job.
author:
  - Contributors to the otc.teardown project (@otc-teardown)
options:
  job_ids:
    description:
      - IDs of the jobs. One ID may be given as it is.
      - An empty list selects nothing.
    type: list
    elements: str
  drs_api:
    description:
      - Version of the DRS API. Huawei Cloud offers V(v5), Open Telekom Cloud V(v3).
      - With V(auto), V(v5) is used, and V(v3) where the gateway says that there is no V(v5).
    type: str
    choices: [auto, v5, v3]
    default: auto
  families:
    description:
      - Whether to find out who is whose child in the whole project, which RV(families) returns.
      - With O(all), or filters that the API does not evaluate itself, that is known without further requests. With O(job_ids),
        O(jobs), O(filters.job_types) or O(filters.enterprise_project_id), all lists are read once more, at least one request for
        each of the three types of jobs.
      - With O(exclude) this is done in any case, unless no selected job runs, because an excluded job spares its parents
        and its children.
    type: bool
    default: false
  force:
    description: Whether to end jobs forcibly at once.
    type: bool
    default: false
  force_after:
    description:
      - Seconds after which a job that was asked to end, and has not, is ended forcibly. Never, if not set.
      - They count from the first graceful stop of this task, whether it was accepted, refused or got no answer.
        A job that refuses every graceful stop because it is abnormal (C(DRS.M01504)) is forced, too.
      - A stop that is refused for want of permission, for the login or for the address is not repeated with force, nor is
        the stop of somebody else, and nothing is forced once O(wait_timeout) has ended.
    type: float
notes:
  - "An excluded job that has not ended spares its parents and its children, in any generation: they are left alone as well, with a
    warning that says why. A job whose relatives cannot be known, because no list shows it or the lists cannot be read, fails if
    there is an O(exclude)."
  - The job that C(master_job_id) names, the other half of a dual-active disaster recovery, counts as a parent. Only reads by ID tell it.
  - A job that has failed still holds its replication instance and is billed, so it counts as stoppable.
  - The list of the v5 API may leave out jobs of some engines. With O(drs_api=v3) all engines are listed.
seealso:
  - module: otc.teardown.drs_job_info
extends_documentation_fragment:
  - otc.teardown.connection
  - otc.teardown.selection
  - otc.teardown.stopping
  - otc.teardown.attributes
"""

EXAMPLES = r"""
- name: End one DRS job
  otc.teardown.drs_job:
    job_ids: c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r

- name: End all migrations that are older than a week, forcibly after five minutes
  otc.teardown.drs_job:
    filters:
      job_types: [migration]
      older_than: 7d
    force_after: 300
    wait_timeout: 1800
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
      sample: c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r
    name:
      description: Its name, null if the API gives none.
      type: str
      returned: always
      sample: DRS-orders
    resource:
      description: Name of the module for this kind of job.
      type: str
      returned: always
      sample: drs_job
    status:
      description: Its status as last seen, in the words of the provider.
      type: str
      returned: always
      sample: RELEASE_RESOURCE_COMPLETE
    status_raw:
      description: The status as the API sent it, text or number.
      type: raw
      returned: always
      sample: RELEASE_RESOURCE_COMPLETE
    phase:
      description: What the status means, V(stoppable), V(stopping), V(ended) or V(unknown).
      type: str
      returned: always
      sample: ended
    created_at:
      description: When it was created (UTC), null if the API does not say.
      type: str
      returned: always
      sample: "2020-12-21T10:57:49Z"
    status_before:
      description: Its status before the task, null if it could not be read.
      type: str
      returned: always
      sample: INCRE_TRANSFER_STARTED
    status_after:
      description: Its status after the task, V(GONE) if it vanished meanwhile, null in check mode.
      type: str
      returned: always
      sample: RELEASE_RESOURCE_COMPLETE
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
    spared_by:
      description: The relative whose exclusion is the reason for V(excluded), in words; null if there is none.
      type: str
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
  sample: 6
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
families:
  description:
    - Who is whose child in the whole project. One entry for each job that has a parent or a child, with its C(id), all C(names) that
      it was seen with, whether it has C(ended), and the IDs of its C(parents).
    - Null where that was not read in full. See O(families).
  type: list
  elements: dict
  returned: always
  sample:
    - {id: c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r, names: [DRS-orders], ended: false, parents: []}
    - {id: 1f3a5c7e-9b2d-4f60-8a1c-3e5d7f9jb20r, names: [DRS-orders-edit], ended: false, parents: [c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r]}
msg:
  description: The counts in words, or what failed and why.
  type: str
  returned: always
  sample: 1 stopped, 2 already ended
"""

from ansible_collections.otc.teardown.plugins.module_utils._modules.entry import run_stop
from ansible_collections.otc.teardown.plugins.module_utils._resources.drs_job import RESOURCE


def main():
    """Entry point of the module."""
    run_stop(RESOURCE)


if __name__ == "__main__":
    main()
