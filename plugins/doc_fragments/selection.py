# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that select and exclude jobs."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragment `otc.teardown.selection`."""

    DOCUMENTATION = r"""
options:
  jobs:
    description:
      - Rows that a module of this collection returned. Only their IDs are read.
      - An empty list selects nothing.
    type: list
    elements: dict
  filters:
    description:
      - Select the jobs that pass all of these filters. An empty dictionary is refused, and so is a filter that is null, an empty text
        or an empty list, because a missing condition would select more jobs.
      - A filter that the API of this kind of job cannot evaluate is an error.
      - A job whose answer lacks what a filter needs is reported as failed and not stopped.
    type: dict
    suboptions:
      names:
        description:
          - Shell patterns, case-sensitive. At least one must match the name, either as the API sent it or as it is shown.
          - In a list, each entry is one pattern. An entry that is not text, or may be several patterns, is refused.
        type: list
        elements: str
      statuses:
        description: Names of statuses. The status of the job must be one of them.
        type: list
        elements: str
      older_than:
        description:
          - Minimum time since the creation, for example V(90m), V(12h), V(7d) or V(1h30m). A number is a number of seconds.
          - A number below 60 without a unit is refused, because it may be meant as hours or days.
        type: str
      running_longer_than:
        description: Minimum run time as reported by the API, as in O(filters.older_than). Only for kinds whose API reports it.
        type: str
      owners:
        description:
          - Shell patterns, case-sensitive, of which any must match the name or the ID of the user who owns the job.
          - Only for kinds whose API says who that is. A job of which the answer does not say it is reported as failed.
        type: list
        elements: str
      tags:
        description:
          - For each key of a tag, a shell pattern for its value, case-sensitive, or a list of patterns of which any must match. All keys must
            match.
          - The module compares them itself. Only for kinds whose API tells tags. A job of which no answer tells them is reported as failed.
        type: dict
      workspace_id:
        description:
          - Workspace of ModelArts or DataArts Studio. Without this filter, most APIs list only the default workspace; see the notes of each
            module.
          - The API evaluates it. If the documents say that an answer contains the workspace, it is checked again, and a job whose answer
            lacks it is reported as failed. Otherwise, as for visualization jobs, the result of the API is not checked.
        type: str
      enterprise_project_id:
        description:
          - Enterprise project of DRS jobs.
          - The API evaluates it. With V(v5), the answer contains the enterprise project of each job, and a job without it is reported as
            failed. With V(v3), no document says that the answer contains it, so the result of the API is not checked.
        type: str
      job_types:
        description:
          - Types of jobs to select, for kinds whose API has types, such as V(migration), V(sync) and V(cloudDataGuard) for DRS jobs; all of
            them by default. The types of a kind stand in the notes of its module.
        type: list
        elements: str
  all:
    description: Select everything in the project, or below the given parent.
    type: bool
    default: false
  exclude:
    description:
      - Jobs that are not stopped, even if another option selects them.
      - An entry that is not clear makes the task fail before the first stop. An entry that matches none of the listed jobs causes a
        warning.
      - Null is refused, here and for each key. An empty dictionary or an empty list excludes nothing, because a computed list may be empty.
    type: dict
    suboptions:
      ids:
        description:
          - IDs of jobs, in the same forms as O(exclude.names).
          - Entries are text or whole numbers; any other value, and a text that cannot be an ID, is refused.
        type: list
        elements: str
      names:
        description:
          - Shell patterns, case-sensitive. A job is excluded if one of them matches its name, or the name of its parent (C(parent_name)). A
            name that equals the pattern literally also matches, for example V([prod] orders).
          - If the name of a parent cannot be read, its jobs are not stopped, and the task fails.
          - The value can be a list, a list in a list, a list as text, or text with commas, semicolons or line breaks between the entries.
            If a text can be one name or several, all readings exclude.
          - The name is compared as the API sent it and as it is shown; a match of either excludes the job.
          - Values that are not text are refused, such as V(on), V(2024_01), V(12:30) or a date without quotes, because YAML changes them.
        type: list
        elements: str
      owners:
        description:
          - Shell patterns, in the same forms as O(exclude.names). A job is excluded if one of them matches the name or the ID of the user who
            owns it.
          - An error for kinds whose API does not say who that is. A job of which the answer does not say it is not stopped, and the task
            fails.
        type: list
        elements: str
      tags:
        description:
          - For each key of a tag, a shell pattern for its value, or a list of them, in the same forms as O(exclude.names). A job is excluded
            if all of these keys match.
          - An error for kinds whose API does not tell tags. A job whose tags cannot be read is not stopped, and the task fails.
        type: dict
  concurrency:
    description: Maximum number of concurrent requests.
    type: int
    default: 8
"""
