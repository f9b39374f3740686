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
  - Stops running jobs of all kinds that this collection knows, in one task, with one login and at one pace.
  - Reads the state first, so that a job that has ended or is being stopped already is left alone.
  - The kinds are read side by side, and stopped in their order. A kind that cannot be read or stopped does not keep the others
    from being stopped; the task fails at its end and says which.
  - A kind that the cloud does not offer here is reported as C(not_offered), and is no failure unless O(resources) names it.
  - Where the caller may list its own jobs only, these are taken, with a warning, and RV(complete) is false.
  - Never creates, restarts or deletes a job.
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
  order:
    description:
      - The order in which the stops of the kinds are sent. Kinds that are not named here come last, in the order that is the default.
    type: list
    elements: str
  force:
    description: Whether to end DRS jobs forcibly at once.
    type: bool
    default: false
  force_after:
    description:
      - Seconds after which a DRS job that was asked to end, and has not, is ended forcibly, as in O(otc.teardown.drs_job#module:force_after).
    type: float
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

- name: Stop what is older than half a day, whatever it is, but for what somebody wants to keep
  otc.teardown.jobs:
    filters:
      older_than: 12h
    exclude:
      names: ["*-keep"]

- name: Stop TensorBoards by the time that they have been running, and failed replications
  otc.teardown.jobs:
    filters_by_resource:
      modelarts_visualization_job:
        running_longer_than: 12h
      drs_job:
        statuses: [FULL_TRANSFER_FAILED, INCRE_TRANSFER_FAILED]

- name: Look first
  otc.teardown.jobs_info:
    all: true
  register: found

- name: Stop exactly what was seen
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
      V(already_stopping), V(excluded), V(missing), V(unclear), V(timed_out) or V(failed)."
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
  description: How many jobs were selected, and how many had each outcome that occurred, over all kinds.
  type: dict
  returned: always
  sample: {selected: 3, stopped: 1, already_ended: 2}
by_resource:
  description: What became of each kind, by the name of its module.
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
msg:
  description: The counts in words, or what failed and why.
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
