#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: modelarts_visualization_job_info
short_description: List ModelArts visualization (TensorBoard) jobs
version_added: 0.1.0
description:
  - Returns ModelArts visualization (TensorBoard) jobs with their states.
  - Takes the same selection and returns the same rows as M(otc.teardown.modelarts_visualization_job).
  - Finding nothing is not a failure.
author:
  - Contributors to the otc.teardown project (@otc-teardown)
options:
  job_ids:
    description:
      - IDs of the jobs. One ID may be given as it is.
      - An empty list selects nothing.
    type: list
    elements: str
notes:
  - Without O(filters.workspace_id), the API lists the jobs of workspace V(0) only.
seealso:
  - module: otc.teardown.modelarts_visualization_job
extends_documentation_fragment:
  - otc.teardown.connection
  - otc.teardown.selection
  - otc.teardown.attributes.info
"""

EXAMPLES = r"""
- name: List the running visualization jobs
  otc.teardown.modelarts_visualization_job_info:
    filters:
      statuses: [RUNNING]
  register: running

- name: Stop exactly these
  otc.teardown.modelarts_visualization_job:
    jobs: "{{ running.jobs }}"
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
from ansible_collections.otc.teardown.plugins.module_utils._resources.modelarts_visualization_job import RESOURCE


def main():
    """Entry point of the module."""
    run_info(RESOURCE)


if __name__ == "__main__":
    main()
