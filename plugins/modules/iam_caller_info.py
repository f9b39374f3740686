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
  - Needs no project among the connection options, but tells about it if there is one.
  - IAM tells a token everything about itself. Of an access key it tells nothing but the projects that the key may
    enter, so user and name of the account stay null then.
options:
  services:
    description:
      - Also ask the service of each kind of job for the first page of its list, as small as it can be.
      - A service that fails is no failure of the task; its row says what is wrong and what to do, also if there is no
        project.
      - A service that refuses the login or cannot be reached is not asked for its other kinds; their rows say the same.
      - Whether jobs may be stopped cannot be found out without stopping one.
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

- name: Go on in the right project only
  ansible.builtin.assert:
    that: me.project.id == "0123456789abcdef0123456789abcdef"

- name: What do the services say?
  otc.teardown.iam_caller_info:
    region: eu-de
    project_name: eu-de
    services: true
  register: answers

- name: Show what does not work, and what to do about it
  ansible.builtin.debug:
    msg: "{{ answers.services | rejectattr('ok') | items2dict(key_name='resource', value_name='advice') }}"
"""

RETURN = r"""
method:
  description: How the caller logs in, V(password), V(token) or V(access_key).
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
  description: The account that the project belongs to, or else the user.
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
  description: The project; both values are null if none was asked for.
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
  description: When the token expires (UTC); null with an access key.
  type: str
  returned: success
  sample: "2026-11-22T10:57:49.000000Z"
endpoints:
  description: Base URLs of the services, as the option O(endpoints) takes them.
  type: dict
  returned: success
  sample:
    iam: https://iam.eu-de.otc.t-systems.com/v3
    modelarts: https://modelarts.eu-de.otc.t-systems.com
    drs: https://drs.eu-de.otc.t-systems.com
services:
  description: What the list of each kind of job answers.
  type: list
  elements: dict
  returned: success and O(services=true)
  contains:
    resource:
      description: The kind of job, as the module is named.
      type: str
      returned: always
      sample: drs_job
    service:
      description: The service that it belongs to, as in O(endpoints).
      type: str
      returned: always
      sample: drs
    endpoint:
      description: Base URL of the service, null if nothing tells it.
      type: str
      returned: always
      sample: https://drs.eu-de.otc.t-systems.com
    api:
      description: Version of the API that answered, null if none did.
      type: str
      returned: always
      sample: v5
    ok:
      description: Whether the list could be read.
      type: bool
      returned: always
      sample: true
    http_status:
      description: HTTP status of the answer, null without one.
      type: int
      returned: always
      sample: 200
    jobs:
      description: How many jobs there are in all states by the word of the list; null for a kind that is listed by parents.
      type: int
      returned: always
      sample: 1
    parent:
      description: What the jobs of a kind belong to where it is listed by parents, else null.
      type: str
      returned: always
      sample: null
    parents:
      description: How many parents there are by the word of their list; null for a kind without.
      type: int
      returned: always
      sample: null
    error:
      description: What is wrong, null if nothing is.
      type: dict
      returned: always
      contains:
        code:
          description: Error code of the service.
          type: str
          returned: always
          sample: ModelArts.0112
        message:
          description: Text of the service, or why there is none.
          type: str
          returned: always
          sample: Insufficient permissions
        http_status:
          description: HTTP status of the answer.
          type: int
          returned: always
          sample: 403
        request_id:
          description: ID under which the cloud's support finds the request.
          type: str
          returned: always
          sample: 4f1c0a2e
    advice:
      description: What to do about it, null if nothing is wrong.
      type: str
      returned: always
      sample: give the user's group a role in this project that may list these jobs
api_calls:
  description: Requests sent.
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
