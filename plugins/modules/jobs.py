#!/usr/bin/python

# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jobs
short_description: Stop running jobs of any kind
version_added: 0.1.0
description:
  - Stops running jobs of all kinds that this collection knows, in one task, with one login and one request rate.
  - "B(How to select:) exactly one of O(jobs), O(filters) and O(all), or O(filters_by_resource) for each kind on its own, alone or beside
    O(filters) or O(all). O(resources) names the kinds. O(exclude) always wins."
  - Reads the status of each job first. A job that has ended or is already being stopped gets no stop.
  - Reads all kinds at the same time, and stops them one after the other, in their order. If a kind cannot be read or stopped, the
    module still stops the others; the task fails at its end and names the kind.
  - A kind that the cloud does not offer is reported as C(not_offered). It causes a failure only if O(resources) names it.
  - If the caller may list only its own jobs, the module uses these, with a warning, and RV(complete) is false.
  - Never creates, restarts or deletes a job.
author:
  - Contributors to the otc.teardown project (@otc-teardown)
options:
  resources:
    description:
      - The kinds of jobs, by the names of their modules.
      - The cloud must offer each kind in this list. This does not apply to a list of all kinds, or of all kinds of a service with
        several kinds.
      - The default is all kinds with O(all) or O(filters), the kinds in O(filters_by_resource) if only that is given, and the kinds
        of the rows with O(jobs).
    type: list
    elements: str
  filters_by_resource:
    description:
      - Filters by kind. For these kinds, they replace O(filters) and O(all).
      - For kinds with a parent, the filters may contain the option of their module for the parent, for example C(service_id).
    type: dict
  drs_api:
    description:
      - Version of the DRS API, as in M(otc.teardown.drs_job).
    type: str
    choices: [auto, v5, v3]
    default: auto
  families:
    description:
      - Whether to read the parents and children of all jobs in the project, for kinds that have them, as in M(otc.teardown.drs_job).
    type: bool
    default: false
  tags:
    description:
      - Whether to read the tags of the selected jobs, for kinds of which lists do not tell them, as in M(otc.teardown.drs_job).
    type: bool
    default: false
  caller:
    description:
      - Whether to return who the caller is as well, as M(otc.teardown.iam_caller_info) does, so that a play needs no login for it.
      - With an access key this takes one more request.
    type: bool
    default: false
  on_unreadable:
    description:
      - What to do if a kind cannot be read. With V(continue), the module stops the jobs of the other kinds, and the task fails at its end.
      - With V(fail), no job is stopped.
    type: str
    choices: [continue, fail]
    default: continue
  order:
    description:
      - The order in which the stops of the kinds are sent. Kinds that are not in this list come last, in the default order.
    type: list
    elements: str
  force:
    description: Whether to stop DRS jobs with force from the first stop.
    type: bool
    default: false
  force_after:
    description:
      - Time, in seconds or as a duration, after which the stop of a DRS job is repeated with force, if the job has not ended, as in
        O(otc.teardown.drs_job#module:force_after).
    type: raw
seealso:
  - module: otc.teardown.jobs_info
extends_documentation_fragment:
  - otc.teardown.connection
  - otc.teardown.selection
  - otc.teardown.stopping
  - otc.teardown.attributes
"""

EXAMPLES = r"""
- name: Stop everything in a project, but never more than 20 jobs
  otc.teardown.jobs:
    all: true
    max_stops: 20

- name: Stop all jobs that are older than half a day, except for jobs to keep
  otc.teardown.jobs:
    filters:
      older_than: 12h
    exclude:
      names: ["*-keep"]

- name: Stop TensorBoards that have been running for more than half a day, and failed replications
  otc.teardown.jobs:
    filters_by_resource:
      modelarts_visualization_job:
        running_longer_than: 12h
      drs_job:
        statuses: [FULL_TRANSFER_FAILED, INCRE_TRANSFER_FAILED]

- name: List the jobs first
  otc.teardown.jobs_info:
    all: true
  register: found

- name: Stop exactly the listed jobs
  otc.teardown.jobs:
    jobs: "{{ found.jobs }}"
"""

RETURN = r"""
jobs:
  description: Every selected job, kind by kind, also when the task fails.
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
      description: Name of the job, null if the API returns no name.
      type: str
      returned: always
      sample: tb-dev
    resource:
      description: Name of the module for this kind of job.
      type: str
      returned: always
      sample: modelarts_visualization_job
    status:
      description: Latest status of the job, with the name that the provider uses.
      type: str
      returned: always
      sample: KILLED
    status_raw:
      description: The status as the API sent it, text or number.
      type: raw
      returned: always
      sample: 12
    phase:
      description: Meaning of the status, V(stoppable), V(stopping), V(ended) or V(unknown).
      type: str
      returned: always
      sample: ended
    created_at:
      description: Time of creation (UTC), null if the API does not return it.
      type: str
      returned: always
      sample: "2019-08-07T03:48:56Z"
    parent_name:
      description: Name of the parent of the job, null if no answer contains it.
      type: str
      returned: for kinds with a parent
      sample: null
    owner:
      description: Name or ID of the user who owns the job, null if the API does not return it.
      type: str
      returned: for kinds whose API returns it
      sample: null
    flavor:
      description: Flavor that the job runs on, null if the API does not return it.
      type: str
      returned: for kinds whose API returns it
      sample: null
    lease:
      description: Time at which the job stops by itself (UTC), null if it does not.
      type: str
      returned: for kinds whose API returns it
      sample: null
    status_before:
      description: Status before the task, null if it could not be read.
      type: str
      returned: always
      sample: RUNNING
    status_after:
      description: Status after the task, V(GONE) if the job no longer exists, null in check mode.
      type: str
      returned: always
      sample: KILLED
    outcome:
      description: "Outcome for the job: V(stopped), V(stop_requested), V(would_stop), V(ended), V(ended_meanwhile), V(already_ended),
      V(already_stopping), V(excluded), V(missing), V(unclear), V(timed_out) or V(failed)."
      type: str
      returned: always
      sample: stopped
    changed:
      description: Whether a stop of this task was accepted, or (in check mode) would be sent.
      type: bool
      returned: always
      sample: true
    error:
      description: Reason of a failure, with C(code), C(message), C(http_status) and C(request_id); null without a failure.
      type: dict
      returned: always
      sample: null
summary:
  description: Number of selected jobs, and number of jobs for each outcome that occurred, over all kinds.
  type: dict
  returned: always
  sample: {selected: 3, stopped: 1, already_ended: 2}
by_resource:
  description: The result for each kind, by the name of its module.
  type: dict
  returned: always
  sample:
    modelarts_visualization_job:
      summary: {selected: 3, stopped: 1, already_ended: 2}
      listed: {jobs: 3, stoppable: 1, stopping: 0}
      complete: true
      api_calls: 4
      error: null
      not_offered: false
      own_only: false
caller:
  description: User, domain, project, region and the way of the login, as M(otc.teardown.iam_caller_info) returns them.
  type: dict
  returned: with O(caller), once the login has succeeded
  sample:
    method: password
    region: eu-de
    endpoints: {iam: "https://iam.eu-de.otc.t-systems.com/v3"}
    user: {id: 0123456789abcdef0123456789abcdef, name: deployer}
    domain: {id: fedcba9876543210fedcba9876543210, name: OTC-EU-DE-00000000001000000000}
    project: {id: 0123456789abcdef0123456789abcdef, name: eu-de}
    expires_at: "2026-11-19T11:06:40Z"
asked_for:
  description: The project (name or ID) and the region of a login that did not succeed, as the options say.
  type: dict
  returned: with O(caller), if the login has not succeeded
  sample: {project: eu-de, region: eu-de}
api_calls:
  description: Number of requests sent, including repeated requests and logins.
  type: int
  returned: always
  sample: 6
unmatched:
  description:
    - A sentence for each entry of O(exclude) that matches no job of any kind, and for each pattern of O(filters.names) that matches
      no job and looks like a regular expression. The task gives these warnings before it stops a job.
    - Empty if every entry matches, or if a kind could not be read, because its jobs might match.
  type: list
  elements: str
  returned: always
  sample: []
complete:
  description: Whether the listing of every kind is complete, checked with the total that the API reports.
  type: bool
  returned: always
  sample: true
msg:
  description: The counts as text, or the failures and their reasons.
  type: str
  returned: always
  sample: 1 stopped, 2 already ended
"""

from ansible_collections.otc.teardown.plugins.module_utils._modules.jobs import run_jobs


def main():
    """Entry point of the module."""
    run_jobs()


if __name__ == "__main__":
    main()
