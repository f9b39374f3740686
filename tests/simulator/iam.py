# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts, tokens and access keys of the simulator's own IAM; no HTTP in here."""
from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .call import Caller


class LoginError(Exception):
    """A login that fails: the reason decides the words and the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Token:
    """A token that was given out."""

    user: str
    project: str | None
    domain_scope: bool
    issued: float
    expires: float


class Lock:
    """Counts failures in a row and locks for a while when there are too many."""

    def __init__(self, after: int, seconds: float, clock: Callable[[], float]) -> None:
        self._after, self._seconds, self._clock = after, seconds, clock
        self._failures: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def locked(self, name: str) -> bool:
        """Whether the name is locked now."""
        return self._until.get(name, 0.0) > self._clock()

    def failed(self, name: str) -> None:
        """Count a failure."""
        self._failures[name] = self._failures.get(name, 0) + 1
        if self._failures[name] >= self._after:
            self._until[name] = self._clock() + self._seconds
            self._failures[name] = 0

    def succeeded(self, name: str) -> None:
        """Forget the failures."""
        self._failures.pop(name, None)


class Iam:
    """Users, projects, tokens and keys of one scenario."""

    def __init__(self, scenario: dict[str, Any], clock: Callable[[], float], wall: Callable[[], float]) -> None:
        self.scenario = scenario
        self._wall = wall
        self._tokens: dict[str, Token] = {}
        options = scenario["iam"]
        self._users_locked = Lock(options["lock_after"], options["lock_seconds"], clock)
        self.keys_locked = Lock(options["key_lock_after"] + 1, options["key_lock_seconds"], clock)

    def login(self, name: str, domain: str | None, password: str) -> dict[str, Any]:
        """Return the user, or raise LoginError."""
        user = self.user(name)
        if self._users_locked.locked(name):
            raise LoginError("locked")
        if user is None or domain not in (None, *self.scenario["domain"].values()) or not secrets.compare_digest(password.encode(), user["password"].encode()):
            self._users_locked.failed(name)
            raise LoginError("password")
        self._users_locked.succeeded(name)
        if not user.get("enabled", True):
            raise LoginError("disabled")
        return user

    def user(self, name: str) -> dict[str, Any] | None:
        """Return a user by name or id."""
        return next((user for user in self.scenario["users"] if name in (user["name"], self.user_id(user))), None)

    @staticmethod
    def user_id(user: dict[str, Any]) -> str:
        """Return the id of a user, made from the name if the scenario gives none."""
        return user.get("id", user["name"].encode().hex().ljust(32, "0")[:32])

    def projects_of(self, user: dict[str, Any] | None) -> list[dict[str, str]]:
        """Return the projects a user may enter: all, unless the scenario names some."""
        allowed = (user or {}).get("projects")
        return [project for project in self.scenario["projects"] if allowed is None or {project["id"], project["name"]} & set(allowed)]

    def project_for(self, user: dict[str, Any], wanted: str) -> dict[str, str]:
        """Return the project with this id or name, or raise LoginError; the real one does not say whether it exists, either."""
        found = next((project for project in self.projects_of(user) if wanted in (project["id"], project["name"])), None)
        if found is None:
            raise LoginError("project")
        return found

    def issue(self, user: str, project: str | None, domain_scope: bool) -> tuple[str, Token]:
        """Give out a token; older ones stay good."""
        now = self._wall()
        token = Token(user, project, domain_scope, now, now + self.scenario["token_life"])
        text = "MII" + secrets.token_urlsafe(120)
        self._tokens[text] = token
        return text, token

    def token(self, text: str) -> Token | None:
        """Return a token that is known, even one that has expired."""
        return self._tokens.get(text)

    def good_token(self, text: str) -> Token | None:
        """Return a token that is known and has not expired."""
        token = self._tokens.get(text)
        return token if token and token.expires > self._wall() else None

    def revoke(self, text: str | None = None) -> None:
        """Make one token worthless, or all of them."""
        if text is None:
            self._tokens.clear()
        else:
            self._tokens.pop(text, None)

    def access_key(self, name: str) -> dict[str, Any] | None:
        """Return an access key by name."""
        return next((key for key in self.scenario["access_keys"] if key["access_key"] == name), None)

    def caller(self, token: Token) -> Caller:
        """Return whom a token stands for."""
        return Caller(token.user, token.user, token.project)
