# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX makes of surveys (ansible/awx, awx/main/models/mixins.py, of October 2024)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Question = Mapping[str, Any]


def survey_errors(spec: Sequence[Question], answers: Mapping[str, Any]) -> list[str]:
    """What AWX refuses of these answers to a survey."""
    errors = []
    for question in spec:
        variable = question["variable"]
        if variable in answers:
            errors += [f"{variable}: {wrong}" for wrong in _wrong(question, answers[variable])]
        elif question["required"]:
            errors.append(f"{variable}: value missing")
    return errors


def runtime_variables(template: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The extra variables of a job: those of the template, defaults of its survey, what is given. Later ones win.

    A default that would be refused as an answer is left out without a word. The default of a multiselect is
    text and its answer a list, so that happens to each of them where nobody fills in the form.
    """
    spec = template.get("survey_spec", {}).get("spec", []) if template.get("survey_enabled") else []
    defaults = {question["variable"]: question["default"] for question in spec
                if question.get("default") is not None and not _wrong(question, question["default"])}
    return {**template.get("extra_vars", {}), **defaults, **given}


def _wrong(question: Question, answer: Any) -> list[str]:
    kind, choices = question["type"], question.get("choices", [])
    least, most = question.get("min"), question.get("max")
    if kind == "multiselect":
        if not isinstance(answer, list):
            return ["expected to be a list"]
        return [f"{one} is no choice" for one in answer if one not in choices]
    if kind == "multiplechoice":
        return [] if answer in choices else [f"{answer} is no choice"]
    if not isinstance(answer, int if kind == "integer" else str) or isinstance(answer, bool):
        return [f"{answer!r} is not of type {kind}"]
    size = answer if kind == "integer" else len(answer)
    return ["too small or too large"] if (least is not None and size < least) or (most is not None and size > most) else []
