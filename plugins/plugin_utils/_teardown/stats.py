# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of a run: for the playbook as a fact, and for a job template (`set_stats`), which AWX hands on and shows in messages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.plugin_utils._report.block import result_words

_LONGEST_LINE = 500


def stats(known: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """The figures of a finished run; also under a key of the project, for workflows with many projects.

    `digest`: of the plan, empty if there is no file of it.
    The project's key also has `message`: some lines for people. It has no quotes and no backslashes, because the messages of
    AWX about an approval get it as JSON text in JSON text, and have no parser for that (extensions/awx/objects).
    """
    report, project = known["report"], known["report"]["identity"]["project"]
    figures = {
        "mode": known["mode"],
        "result": report["result"],
        "digest": digest,
        "headline": report["headline"],
    }
    own = {"project": project["name"], **figures, "counts": report["counts"], "message": _message(report, digest)}
    return {
        **{f"otc_teardown_{key}": value for key, value in figures.items()},
        "otc_teardown_counts": report["counts"],
        **({f"otc_teardown_project_{project['id']}": own} if project["id"] else {}),
    }


def facts(known: Mapping[str, Any], plan_file: str, page: str) -> dict[str, Any]:
    """The fact `teardown_result` that the role sets; `page` is the path of the HTML report."""
    report, plan = known["report"], known["plan"]
    return {
        "mode": known["mode"],
        "result": report["result"],
        "headline": report["headline"],
        "digest": plan["digest"] if plan and plan_file else "",
        "complete": plan["complete"] if plan else False,
        "counts": report["counts"],
        "rows": report["rows"],
        "plan_file": plan_file,
        "report": page,
    }


def _message(report: Mapping[str, Any], digest: str) -> str:
    """`eu-de_dev: ok. 1 would be stopped` with what refuses first; then each reason if there are several; the window; the digest."""
    reasons = [*report["problems"], *(f"apply would refuse: {text}" for text in report["would_refuse"])]
    lines = [
        f"{report['identity']['project']['name']}: {result_words(report)}",
        *(f"  {text}" for text in (reasons if len(reasons) > 1 else [])),
        *([f"  {report['window']['text']}"] if report["mode"] == "plan" and report["window"] else []),
        *([f"  digest {digest}"] if digest else []),
    ]
    return "\n".join(_short(plain(line).replace('"', "'").replace("\\", "/")) for line in lines)


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE - 3] + "..."
