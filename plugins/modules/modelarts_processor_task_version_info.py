#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: modelarts_processor_task_version_info
short_description: List versions of ModelArts data-processing tasks
version_added: 0.1.0
description:
  - Returns versions of ModelArts data-processing tasks with their states.
  - Takes the same selection and returns the same rows as M(otc.teardown.modelarts_processor_task_version).
  - Finding nothing is not a failure.
author:
  - Contributors to the otc.teardown project (@otc-teardown)
options:
  task_id:
    description:
      - ID of the data-processing task. Needed with O(version_ids); with O(filters) or O(all), narrows them to this task.
    type: str
  version_ids:
    description:
      - IDs of versions of the task O(task_id), called C(task_version_id) in answers of the API.
      - An empty list selects nothing.
    type: list
    elements: str
seealso:
  - module: otc.teardown.modelarts_processor_task_version
extends_documentation_fragment:
  - otc.teardown.connection
  - otc.teardown.selection
  - otc.teardown.attributes.info
"""

EXAMPLES = r"""
- name: List the versions of one data-processing task
  otc.teardown.modelarts_processor_task_version_info:
    task_id: pkxyYJDmEWSoZlr5rPm
    all: true
"""

RETURN = r"""
jobs:
  description: Every selected job, in a stable order. Excluded and missing jobs are left out.
  type: list
  elements: dict
  returned: always
  contains:
    id:
      description: ID of the job.
      type: str
      returned: always
      sample: "tYzCVnNHnSvMqZEp8kX"
    task_id:
      description: ID of what it belongs to.
      type: str
      returned: always
      sample: "pkxyYJDmEWSoZlr5rPm"
    name:
      description: Its name, null if the API gives none.
      type: str
      returned: always
      sample: V002
    resource:
      description: Name of the module for this kind of job.
      type: str
      returned: always
      sample: modelarts_processor_task_version
    status:
      description: Its status as last seen, in the words of the provider.
      type: str
      returned: always
      sample: RUNNING
    status_raw:
      description: The status as the API sent it, text or number.
      type: raw
      returned: always
      sample: 1
    phase:
      description: What the status means, V(stoppable), V(stopping), V(ended) or V(unknown).
      type: str
      returned: always
      sample: stoppable
    created_at:
      description: When it was created (UTC), null if the API does not say.
      type: str
      returned: always
      sample: "2020-11-26T08:04:34Z"
count:
  description: How many jobs are returned.
  type: int
  returned: always
  sample: 1
api_calls:
  description: Requests sent, repeated ones and logins included.
  type: int
  returned: always
  sample: 2
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
"""

from ansible_collections.otc.teardown.plugins.module_utils._modules.entry import run_info
from ansible_collections.otc.teardown.plugins.module_utils._resources.modelarts_processor_task_version import RESOURCE


def main():
    """Entry point of the module."""
    run_info(RESOURCE)


if __name__ == "__main__":
    main()
