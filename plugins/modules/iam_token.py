#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_token
short_description: Log in once for a whole play
version_added: 0.1.0
description:
  - Logs in with user name and password and returns a token. Give it to other modules with their option O(token).
  - Then a play logs in only once, not once per task.
author:
  - Contributors to the otc.teardown project (@otc-teardown)
notes:
  - The token is valid for 24 hours and is a secret. Set C(no_log) on the task and on every task that prints its result.
seealso:
  - module: otc.teardown.iam_project_info
extends_documentation_fragment:
  - otc.teardown.connection
  - otc.teardown.attributes.info
"""

EXAMPLES = r"""
- name: Log in once
  otc.teardown.iam_token:
    region: eu-de
    project_name: eu-de
    username: deployer
    domain_name: OTC-EU-DE-00000000001000000000
    password: "{{ vault_password }}"
  register: login
  no_log: true

- name: Stop a job with the token
  otc.teardown.modelarts_visualization_job:
    token: "{{ login.token }}"
    project_id: "{{ login.project_id }}"
    endpoints: "{{ login.endpoints }}"
    job_ids: 10

- name: Use the token in several tasks
  module_defaults:
    group/otc.teardown.all:
      token: "{{ login.token }}"
      project_id: "{{ login.project_id }}"
      endpoints: "{{ login.endpoints }}"
  block:
    - name: List the TensorBoards
      otc.teardown.modelarts_visualization_job_info:
        all: true

    - name: List the replications
      otc.teardown.drs_job_info:
        all: true

- name: Show when the token expires
  ansible.builtin.debug:
    msg: "{{ login.project_name }}: {{ login.expires_at }}"
"""

RETURN = r"""
token:
  description: The token.
  type: str
  returned: success
  sample: MIIEIgYJKoZIhvcNAQc...
expires_at:
  description: Time at which the token expires (UTC).
  type: str
  returned: success
  sample: "2026-11-22T10:57:49.000000Z"
project_id:
  description: ID of the project of the token, null if no project was given.
  type: str
  returned: success
  sample: 0123456789abcdef0123456789abcdef
project_name:
  description: Name of the project of the token, null if no project was given.
  type: str
  returned: success
  sample: eu-de
region:
  description: The region, as given.
  type: str
  returned: success
  sample: eu-de
endpoints:
  description:
    - Base URLs of the services, in the form of the option O(endpoints).
    - With these URLs and O(project_id), later tasks need no request to IAM about the token.
  type: dict
  returned: success
  sample:
    iam: https://iam.eu-de.otc.t-systems.com/v3
    modelarts: https://modelarts.eu-de.otc.t-systems.com
    drs: https://drs.eu-de.otc.t-systems.com
    dli: https://dli.eu-de.otc.t-systems.com
    mrs: https://mrs.eu-de.otc.t-systems.com
    dlf: https://dayu-dlf.eu-de.otc.t-systems.com
api_calls:
  description: Number of requests sent.
  type: int
  returned: always
  sample: 1
"""

from ansible_collections.otc.teardown.plugins.module_utils._modules.iam import run_token


def main():
    """Entry point of the module."""
    run_token()


if __name__ == "__main__":
    main()
