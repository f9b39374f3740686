#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_caller_info
short_description: Tell who the caller is
version_added: 0.1.0
description:
  - Logs in and returns the user, the account (domain), the project, the region and the endpoints.
  - Needs no project in the connection options, but returns the project if one is given.
  - For a token, IAM returns all these facts. For an access key, it returns only the projects that the key has access to, so
    the user and the name of the account are null.
options:
  services:
    description:
      - Also request the first page of the list of each kind of job, with the smallest possible page size.
      - If a service fails, the task does not fail; the row of the service says what is wrong and what to do. The same applies if
        there is no project.
      - If a service refuses the login or cannot be reached, no requests are sent for its other kinds; their rows say the same.
      - The module cannot check whether the caller may stop jobs, because only a real stop would show it.
    type: bool
    default: false
author:
  - Contributors to the otc.teardown project (@otc-teardown)
seealso:
  - module: otc.teardown.iam_token
  - module: otc.teardown.iam_project_info
extends_documentation_fragment:
  - otc.teardown.connection
  - otc.teardown.attributes.info
"""

EXAMPLES = r"""
- name: Who am I?
  otc.teardown.iam_caller_info:
    region: eu-de
    project_name: eu-de
    username: deployer
    domain_name: OTC-EU-DE-00000000001000000000
    password: "{{ vault_password }}"
  register: me

- name: Continue only in the right project
  ansible.builtin.assert:
    that: me.project.id == "0123456789abcdef0123456789abcdef"

- name: Check the services
  otc.teardown.iam_caller_info:
    region: eu-de
    project_name: eu-de
    services: true
  register: answers

- name: Show which services do not work, and what to do
  ansible.builtin.debug:
    msg: "{{ answers.services | rejectattr('ok') | items2dict(key_name='resource', value_name='advice') }}"
"""

RETURN = r"""
method:
  description: Login method of the caller, V(password), V(token) or V(access_key).
  type: str
  returned: success
  sample: password
user:
  description: The user; both values are null with an access key.
  type: dict
  returned: success
  contains:
    id:
      description: ID of the user.
      type: str
      returned: success
      sample: 6465706c6f7965720000000000000000
    name:
      description: Name of the user.
      type: str
      returned: success
      sample: deployer
domain:
  description: The account of the project; without a project, the account of the user.
  type: dict
  returned: success
  contains:
    id:
      description: ID of the account.
      type: str
      returned: success
      sample: fedcba9876543210fedcba9876543210
    name:
      description: Name of the account; null with an access key.
      type: str
      returned: success
      sample: OTC-EU-DE-00000000001000000000
project:
  description: The project; both values are null if no project was given.
  type: dict
  returned: success
  contains:
    id:
      description: ID of the project.
      type: str
      returned: success
      sample: 0123456789abcdef0123456789abcdef
    name:
      description: Name of the project.
      type: str
      returned: success
      sample: eu-de
region:
  description: The region, as given.
  type: str
  returned: success
  sample: eu-de
expires_at:
  description: Time at which the token expires (UTC); null with an access key.
  type: str
  returned: success
  sample: "2026-11-22T10:57:49.000000Z"
endpoints:
  description: Base URLs of the services, in the form of the option O(endpoints).
  type: dict
  returned: success
  sample:
    iam: https://iam.eu-de.otc.t-systems.com/v3
    modelarts: https://modelarts.eu-de.otc.t-systems.com
    drs: https://drs.eu-de.otc.t-systems.com
    dli: https://dli.eu-de.otc.t-systems.com
    mrs: https://mrs.eu-de.otc.t-systems.com
    dlf: https://dayu-dlf.eu-de.otc.t-systems.com
services:
  description: The answer of the list of each kind of job.
  type: list
  elements: dict
  returned: success and O(services=true)
  contains:
    resource:
      description: The kind of job, with the name of its module.
      type: str
      returned: always
      sample: drs_job
    service:
      description: The service of the kind, as in O(endpoints).
      type: str
      returned: always
      sample: drs
    endpoint:
      description: Base URL of the service, null if it is not known.
      type: str
      returned: always
      sample: https://drs.eu-de.otc.t-systems.com
    api:
      description: Version of the API that answered, null if no version answered.
      type: str
      returned: always
      sample: v5
    ok:
      description: Whether the list could be read.
      type: bool
      returned: always
      sample: true
    http_status:
      description: HTTP status of the answer, null without an answer.
      type: int
      returned: always
      sample: 200
    jobs:
      description: Number of jobs in all statuses, as the list reports it; null for a kind that is listed by parents.
      type: int
      returned: always
      sample: 1
    parent:
      description: Name for the parents of the jobs if the kind is listed by parents, else null.
      type: str
      returned: always
      sample: null
    parents:
      description: Number of parents, as their list reports it; null for a kind without parents.
      type: int
      returned: always
      sample: null
    error:
      description: The problem, null if there is none.
      type: dict
      returned: always
      contains:
        code:
          description: Error code of the service.
          type: str
          returned: always
          sample: ModelArts.0112
        message:
          description: Error text of the service, or the reason if there is no answer.
          type: str
          returned: always
          sample: Insufficient permissions
        http_status:
          description: HTTP status of the answer.
          type: int
          returned: always
          sample: 403
        request_id:
          description: ID with which the cloud's support can find the request.
          type: str
          returned: always
          sample: 4f1c0a2e
    advice:
      description: The remedy, null if there is no problem.
      type: str
      returned: always
      sample: give the user's group a role in this project that may list these jobs
api_calls:
  description: Number of requests sent.
  type: int
  returned: always
  sample: 7
"""

from ansible_collections.otc.teardown.plugins.module_utils._modules.caller import run_caller


def main():
    """Entry point of the module."""
    run_caller()


if __name__ == "__main__":
    main()
