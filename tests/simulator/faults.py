# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validates faults and matches them with requests. fault_answers.py has their effect on the answer."""
from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .checks import ScenarioError, anything, boolean, choice, dictionary, integer, mapping, number, string, text
from .kinds import SERVICES

OPERATIONS = (
    "any", "login", "token_show", "token_revoke", "projects", "catalog", "domains",
    "list", "read", "actions", "stop", "batch_stop", "batch_status", "batch_detail", "unknown",
)
WRONG_TYPES = ("rows", "total", "ids", "status", "document")


def _either(first: Any, second: Any) -> Any:
    def check(value: Any, where: str) -> Any:
        return first(value, where) if isinstance(value, bool) else second(value, where)
    return check


ACTIONS: dict[str, Any] = {
    "status": integer(200),
    "throttle": _either(boolean, choice("seconds", "date", "plain")),
    "drop_before": boolean,
    "drop_after": boolean,
    "hang": number(),
    "garbage": boolean,
    "truncate": choice("body", "document", "packed"),
    "html": _either(boolean, integer(200)),
    "wrong_types": _either(boolean, choice(*WRONG_TYPES)),
    "slow_drip": number(),
    "redirect": text,
    "repeat_page": boolean,
    "shrink_total": integer(1),
    "total": integer(),
    "answer_status": text,
    "token_death": boolean,
    "clock_skew": number(-86400),
}
ACT_BY_DEFAULT = frozenset([
    "drop_after", "hang", "truncate", "wrong_types", "slow_drip", "repeat_page", "shrink_total", "total", "answer_status", "token_death",
    "clock_skew",
])
"""Faults that change the answer or the login; the others strike before the request has an effect. `act` overrides this."""

_MATCH = {
    "name": text, "operation": choice(*OPERATIONS), "service": choice("iam", *SERVICES), "resource": text, "id": text, "page": integer(1),
    "after_stop": boolean, "skip": integer(), "times": integer(1), "probability": number(), "seed": integer(),
}
_DETAILS = {
    "act": choice(True, False, "late"), "headers": dictionary, "body": anything, "code": string, "message": string, "retry_after": number(),
}
_check_keys = mapping({**_MATCH, **ACTIONS, **_DETAILS})


@dataclass(frozen=True)
class Target:
    """The facts about a request that faults are matched with."""

    operation: str
    service: str
    resource: str
    ids: Sequence[str]
    page: int | None
    after_stop: bool = False
    """Whether this request or an earlier one asks for a stop."""


@dataclass
class Fault:
    """A validated fault, and the number of requests that it has struck."""

    rule: dict[str, Any]
    action: str
    seen: int = 0
    struck: int = 0
    dice: random.Random = field(default_factory=random.Random)

    @property
    def name(self) -> str:
        """The name the journal shows."""
        return self.rule.get("name", self.action)

    @property
    def acts(self) -> Any:
        """Whether the request is carried out: True, False or "late"."""
        return self.rule.get("act", self.action in ACT_BY_DEFAULT)

    def strikes(self, target: Target) -> bool:
        """Count the request if it matches, and return whether the fault strikes it."""
        if not self._matches(target):
            return False
        self.seen += 1
        if self.seen <= self.rule.get("skip", 0) or self.struck >= self.rule.get("times", float("inf")):
            return False
        if self.dice.random() >= self.rule.get("probability", 1.0):
            return False
        self.struck += 1
        return True

    def _matches(self, target: Target) -> bool:
        rule = self.rule
        return (
            rule.get("operation", "any") in ("any", target.operation)
            and rule.get("service", target.service) == target.service
            and rule.get("resource", target.resource) == target.resource
            and ("id" not in rule or rule["id"] in target.ids)
            and ("page" not in rule or rule["page"] == target.page)
            and rule.get("after_stop", target.after_stop) == target.after_stop
        )


def validate_fault(value: Any, where: str) -> dict[str, Any]:
    """Check one fault of a scenario or of the admin API."""
    rule = _check_keys(value, where)
    chosen = [action for action in ACTIONS if rule.get(action, False) is not False]
    if len(chosen) != 1:
        raise ScenarioError(f"{where}: exactly one of {', '.join(ACTIONS)} is needed, found {', '.join(chosen) or 'none'}")
    if rule.get("probability", 0) > 1:
        raise ScenarioError(f"{where}.probability: {rule['probability']!r} is not a number from 0 to 1")
    return rule


def make_fault(rule: dict[str, Any], seed: int = 0) -> Fault:
    """Make a fault from a validated rule; the same seed strikes the same requests."""
    action = next(action for action in ACTIONS if rule.get(action, False) is not False)
    return Fault(rule, action, dice=random.Random(rule.get("seed", seed)))


def first_striking(faults: list[Fault], target: Target) -> Fault | None:
    """Return the first fault that strikes; later faults do not count the request."""
    return next((fault for fault in faults if fault.strikes(target)), None)
