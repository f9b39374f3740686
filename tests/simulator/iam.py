# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts, tokens and access keys of the simulated IAM; contains no HTTP code."""
from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .call import Caller


class LoginError(Exception):
    """A login failed; the reason decides the text and the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Token:
    """An issued token."""

    user: str
    project: str | None
    domain_scope: bool
    issued: float
    expires: float


class Lock:
    """Counts failures in a row for each name, and locks the name for a while after too many."""

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
        """Return the projects a user has access to: all, unless the scenario lists some."""
        allowed = (user or {}).get("projects")
        return [project for project in self.scenario["projects"] if allowed is None or {project["id"], project["name"]} & set(allowed)]

    def project_for(self, user: dict[str, Any], wanted: str) -> dict[str, str]:
        """Return the project with this id or name, or raise LoginError. Like the real IAM, the error does not tell whether the project exists."""
        found = next((project for project in self.projects_of(user) if wanted in (project["id"], project["name"])), None)
        if found is None:
            raise LoginError("project")
        return found

    def issue(self, user: str, project: str | None, domain_scope: bool) -> tuple[str, Token]:
        """Issue a token; older ones stay valid."""
        now = self._wall()
        token = Token(user, project, domain_scope, now, now + self.scenario["token_life"])
        text = "MII" + secrets.token_urlsafe(120)
        self._tokens[text] = token
        return text, token

    def token(self, text: str) -> Token | None:
        """Return a known token, also if it has expired; otherwise None."""
        return self._tokens.get(text)

    def good_token(self, text: str) -> Token | None:
        """Return a known token that has not expired; otherwise None."""
        token = self._tokens.get(text)
        return token if token and token.expires > self._wall() else None

    def revoke(self, text: str | None = None) -> None:
        """Revoke one token, or all tokens."""
        if text is None:
            self._tokens.clear()
        else:
            self._tokens.pop(text, None)

    def access_key(self, name: str) -> dict[str, Any] | None:
        """Return an access key by name."""
        return next((key for key in self.scenario["access_keys"] if key["access_key"] == name), None)

    def caller(self, token: Token) -> Caller:
        """Return the caller of a token."""
        return Caller(token.user, token.user, token.project)
