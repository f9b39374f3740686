#!/usr/bin/python

# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: jobs_info
short_description: List jobs of any kind
version_added: 0.1.0
description:
  - Returns jobs of all kinds that this collection knows, with their statuses, in one task.
  - "B(How to select:) exactly one of O(jobs), O(filters) and O(all), or O(filters_by_resource) for each kind on its own, alone or beside
    O(filters) or O(all). O(resources) names the kinds. O(exclude) always wins."
  - Takes the same selection and returns the same rows as M(otc.teardown.jobs).
  - The task does not fail if it finds no job. If a kind cannot be read, the task fails at its end, and returns the jobs of the others.
  - A kind that the cloud does not offer is reported as C(not_offered). It causes a failure only if O(resources) names it.
  - If the caller may list only its own jobs, the module uses these, with a warning, and RV(complete) is false.
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
      - What to do if a kind cannot be read. With V(continue), the task still returns all other jobs, and its message names every kind
        and job that could not be read.
      - With V(fail), the message is the error of the first such kind.
    type: str
    choices: [continue, fail]
    default: continue
seealso:
  - module: otc.teardown.jobs
extends_documentation_fragment:
  - otc.teardown.connection
  - otc.teardown.selection
  - otc.teardown.attributes.info
"""

EXAMPLES = r"""
- name: List everything in a project
  otc.teardown.jobs_info:
    all: true

- name: List the jobs of ModelArts that are older than a week
  otc.teardown.jobs_info:
    resources: [modelarts_visualization_job, modelarts_processor_task_version, modelarts_service_task]
    filters:
      older_than: 7d

- name: List notebooks by owner, and all replications
  otc.teardown.jobs_info:
    filters_by_resource:
      modelarts_notebook:
        owners: [anna]
      drs_job:
        job_types: [migration, sync]

- name: List everything, and who the caller is
  otc.teardown.jobs_info:
    all: true
    caller: true
  register: found

- name: Show what still runs
  ansible.builtin.debug:
    msg: "{{ item.resource }} {{ item.name or item.id }}: {{ item.status }}"
  loop: "{{ found.jobs | selectattr('phase', 'equalto', 'stoppable') }}"
  loop_control:
    label: "{{ item.id }}"
"""

RETURN = r"""
jobs:
  description: Every selected job, kind by kind, without excluded and missing jobs.
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
      sample: RUNNING
    status_raw:
      description: The status as the API sent it, text or number.
      type: raw
      returned: always
      sample: 8
    phase:
      description: Meaning of the status, V(stoppable), V(stopping), V(ended) or V(unknown).
      type: str
      returned: always
      sample: stoppable
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
count:
  description: Number of returned jobs.
  type: int
  returned: always
  sample: 3
by_resource:
  description: The result for each kind, by the name of its module.
  type: dict
  returned: always
  sample:
    modelarts_visualization_job:
      count: 3
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
"""

from ansible_collections.otc.teardown.plugins.module_utils._modules.jobs import run_jobs_info


def main():
    """Entry point of the module."""
    run_jobs_info()


if __name__ == "__main__":
    main()
