# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say which jobs are meant."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragment `otc.teardown.selection`."""

    DOCUMENTATION = r"""
options:
  jobs:
    description:
      - Rows as a module of this collection returned them. Only the IDs in them are read.
      - An empty list selects nothing.
    type: list
    elements: dict
  filters:
    description:
      - Select the jobs that pass all of these. An empty dictionary is refused.
      - A filter that the API of this kind of job cannot evaluate is an error.
    type: dict
    suboptions:
      names:
        description: Shell patterns, case-sensitive, of which any must match the name.
        type: list
        elements: str
      statuses:
        description: Names of statuses, of which any must be that of the job.
        type: list
        elements: str
      older_than:
        description: Duration since the creation, for example V(90m), V(12h), V(7d) or V(1h30m).
        type: str
      running_longer_than:
        description: Duration as reported by the API, for example V(12h). Only where the API reports one.
        type: str
      workspace_id:
        description: Workspace of ModelArts. Without this filter the API looks at workspace V(0) only.
        type: str
      enterprise_project_id:
        description: Enterprise project of DRS jobs.
        type: str
      job_types:
        description:
          - Types of DRS jobs to look at, V(migration), V(sync) and V(cloudDataGuard); all of them by default.
        type: list
        elements: str
  all:
    description: Select everything in the project, or below the given parent.
    type: bool
    default: false
  exclude:
    description: Jobs that are left alone whatever else selects them.
    type: dict
    suboptions:
      ids:
        description: IDs of jobs.
        type: list
        elements: str
      names:
        description:
          - Shell patterns, case-sensitive, of which any may match the name. A name that is the same as the pattern,
            letter by letter, matches too, for example V([prod] orders).
        type: list
        elements: str
  concurrency:
    description: How many requests may be under way at once.
    type: int
    default: 8
"""
