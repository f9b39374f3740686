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
      - Select the jobs that pass all of these. An empty dictionary is refused, and so is a filter that is null, an empty text or an
        empty list, because a condition that is not there selects more.
      - A filter that the API of this kind of job cannot evaluate is an error.
      - A job whose answer lacks what a filter needs is reported as failed and not stopped.
    type: dict
    suboptions:
      names:
        description:
          - Shell patterns, case-sensitive, of which any must match the name, as the API sent it or as it is shown.
          - In a list, each entry is one pattern. What is not text, or may be several patterns, is refused.
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
      owners:
        description:
          - Shell patterns, case-sensitive, of which any must match the name or the ID of the user who owns the job.
          - Only for kinds whose API says who that is. A job of which the answer does not say it is reported as failed.
        type: list
        elements: str
      workspace_id:
        description:
          - Workspace of ModelArts. Without this filter the API looks at workspace V(0) only.
          - The API evaluates it. The answers for services and processor tasks say their workspace; what is below one that does not say it is
            reported as failed. The answer for visualization jobs is not documented to say it, so there the API is believed.
        type: str
      enterprise_project_id:
        description:
          - Enterprise project of DRS jobs.
          - The API evaluates it. With V(v5) its answer says the enterprise project of each job, and a job without it is reported as failed.
            With V(v3) the answer is not documented to say it, so there the API is believed.
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
    description:
      - Jobs that are left alone whatever else selects them.
      - What is written here spares, or the task is refused, or warned, before anything is stopped. An entry that fits none of the jobs that
        were listed is warned of.
      - Null is refused, here and for each key. An empty dictionary or an empty list spares nothing, because a computed list may be empty.
    type: dict
    suboptions:
      ids:
        description:
          - IDs of jobs, in the forms that O(exclude.names) takes.
          - Text and whole numbers are taken; what is neither, and what cannot be an ID, is refused.
        type: list
        elements: str
      names:
        description:
          - Shell patterns, case-sensitive, of which any may match the name. A name that is the same as the pattern,
            letter by letter, matches too, for example V([prod] orders).
          - Taken are a list, a list in a list, a list as text, and text with commas, semicolons or line breaks between the entries; where a
            text may be one name or several, each spares.
          - The name is compared as the API sent it and as it is shown; either spares.
          - What is not text is refused, such as V(on), V(2024_01), V(12:30) or a date without quotes, of which YAML makes something else.
        type: list
        elements: str
  concurrency:
    description: How many requests may be under way at once.
    type: int
    default: 8
"""
