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
  - Returns jobs of all kinds that this collection knows with their states, in one task.
  - Takes the same selection and returns the same rows as M(otc.teardown.jobs).
  - Finding nothing is not a failure. A kind that cannot be read makes the task fail at its end; the others are returned.
  - A kind that the cloud does not offer here is reported as C(not_offered), and is no failure unless O(resources) names it.
  - Where the caller may list its own jobs only, these are taken, with a warning, and RV(complete) is false.
author:
  - Contributors to the otc.teardown project (@otc-teardown)
options:
  resources:
    description:
      - The kinds of jobs, by the names of their modules.
      - The cloud must offer a kind that is named here. A list of all kinds, or of all kinds of a service that has several, names none
        of them in particular.
      - By default all kinds with O(all) or O(filters), the kinds of O(filters_by_resource) if only that is given, and the kinds
        of the rows with O(jobs).
    type: list
    elements: str
  filters_by_resource:
    description:
      - Filters by kind, for these kinds in place of O(filters) and O(all).
      - For kinds that belong to a parent, the option of their module that names it may stand among them, for example
        C(service_id).
    type: dict
  drs_api:
    description:
      - Version of the DRS API, as in M(otc.teardown.drs_job).
    type: str
    choices: [auto, v5, v3]
    default: auto
  families:
    description:
      - Whether to find out who is whose child in the whole project, of kinds that have such, as in M(otc.teardown.drs_job).
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
      - What to do if a kind cannot be read. With V(continue) the others go on, and the task fails at its end.
      - With V(fail) nothing is stopped at all.
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

- name: List what runs on ModelArts for more than a week
  otc.teardown.jobs_info:
    resources: [modelarts_visualization_job, modelarts_processor_task_version, modelarts_service_task]
    filters:
      older_than: 7d
"""

RETURN = r"""
jobs:
  description: Every selected job, kind by kind. Excluded and missing jobs are left out.
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
      sample: RUNNING
    status_raw:
      description: The status as the API sent it, text or number.
      type: raw
      returned: always
      sample: 8
    phase:
      description: What the status means, V(stoppable), V(stopping), V(ended) or V(unknown).
      type: str
      returned: always
      sample: stoppable
    created_at:
      description: When it was created (UTC), null if the API does not say.
      type: str
      returned: always
      sample: "2019-08-07T03:48:56Z"
    parent_name:
      description: Name of what it belongs to, null if no answer that was read says it.
      type: str
      returned: for kinds that belong to something
      sample: null
    owner:
      description: Name or ID of the user who owns it, null if the API does not say.
      type: str
      returned: for kinds whose API says it
      sample: null
    lease:
      description: When it stops by itself (UTC), null if it does not.
      type: str
      returned: for kinds whose API says it
      sample: null
count:
  description: How many jobs are returned.
  type: int
  returned: always
  sample: 3
by_resource:
  description: What became of each kind, by the name of its module.
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
api_calls:
  description: Requests sent, repeated ones and logins included.
  type: int
  returned: always
  sample: 6
unmatched:
  description:
    - A sentence for each entry of O(exclude) that fits no job of any kind, and for each pattern of O(filters.names) that selects none and
      looks like a regular expression. The task warns of each before anything is stopped.
    - Empty where every entry fits, and where a kind could not be read, since it may hold such jobs.
  type: list
  elements: str
  returned: always
  sample: []
complete:
  description: Whether the listing of every kind was proven complete by the total that the API states.
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
