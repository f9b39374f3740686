# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module `iam_caller_info`, from its options to its result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._iam.options import why_insecure
from ansible_collections.otc.teardown.plugins.module_utils._modules import caller_facts
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.module_utils._modules.module import TeardownModule
from ansible_collections.otc.teardown.plugins.module_utils._modules.service_check import probe


def run_caller() -> None:
    """iam_caller_info: return facts about the caller and, with `services`, the answer of the service of each kind of job."""
    task = TeardownModule({"services": {"type": "bool", "default": False}})
    try:
        connection = task.connect(project_needed=False)
        returned = {"changed": False, **caller_facts.facts_of(connection)}
        if task.params["services"]:
            returned["services"] = probe(connection, list(KINDS.values()))
            _warn_of_plain_http(task, returned["services"])
    except Exception as error:
        task.fail_with(error, {"changed": False, "api_calls": task.api_calls})
    task.exit({**returned, "api_calls": task.api_calls})


def _warn_of_plain_http(task: TeardownModule, rows: Sequence[dict[str, Any]]) -> None:
    for url in sorted({row["endpoint"] for row in rows if row["endpoint"]}):
        warning = why_insecure(url)
        if warning:
            task.warn(warning)
