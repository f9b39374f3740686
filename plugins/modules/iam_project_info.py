#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_project_info
short_description: List the projects that the caller may enter
version_added: 0.1.0
description:
  - Returns the projects for which the caller can get a token.
  - Needs no project in the connection options.
author:
  - Contributors to the otc.teardown project (@otc-teardown)
seealso:
  - module: otc.teardown.iam_token
extends_documentation_fragment:
  - otc.teardown.connection
  - otc.teardown.attributes.info
"""

EXAMPLES = r"""
- name: List my projects
  otc.teardown.iam_project_info:
    region: eu-de
    username: deployer
    domain_name: OTC-EU-DE-00000000001000000000
    password: "{{ vault_password }}"
  register: mine

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ mine.projects | map(attribute='name') | join(' ') }}"

- name: List the replications of each of them
  otc.teardown.drs_job_info:
    region: eu-de
    project_id: "{{ item.id }}"
    all: true
  loop: "{{ mine.projects }}"
  loop_control:
    label: "{{ item.name }}"
  register: found

- name: Show how many each has
  ansible.builtin.debug:
    msg: "{{ item.item.name }}: {{ item.count }}"
  loop: "{{ found.results }}"
  loop_control:
    label: "{{ item.item.name }}"
"""

RETURN = r"""
projects:
  description: The projects.
  type: list
  elements: dict
  returned: always
  contains:
    id:
      description: ID of the project.
      type: str
      returned: always
      sample: 0123456789abcdef0123456789abcdef
    name:
      description: Name of the project.
      type: str
      returned: always
      sample: eu-de
    domain_id:
      description: ID of the account.
      type: str
      returned: always
      sample: fedcba9876543210fedcba9876543210
    parent_id:
      description: ID of the regional project, or of the account.
      type: str
      returned: always
      sample: fedcba9876543210fedcba9876543210
    enabled:
      description: Whether the project is enabled.
      type: bool
      returned: always
      sample: true
    description:
      description: Description of the project.
      type: str
      returned: always
      sample: ""
count:
  description: Number of projects.
  type: int
  returned: always
  sample: 1
api_calls:
  description: Number of requests sent.
  type: int
  returned: always
  sample: 2
"""

from ansible_collections.otc.teardown.plugins.module_utils._modules.iam import run_projects


def main():
    """Entry point of the module."""
    run_projects()


if __name__ == "__main__":
    main()
