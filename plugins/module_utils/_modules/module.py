# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call of a module: its options, its connection, and the one result that it returns."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, _load_params, missing_required_lib
from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.otc.teardown.plugins.module_utils._base.controller import watcher
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import (
    ApiError,
    InputError,
    MissingLibrary,
    TeardownError,
    in_words,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.signals import Ending
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor, passwords_in, plain
from ansible_collections.otc.teardown.plugins.module_utils._base.variables import FOLDER_VARIABLE
from ansible_collections.otc.teardown.plugins.module_utils._http.client import Client
from ansible_collections.otc.teardown.plugins.module_utils._iam import endpoints
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import Connection, log_in
from ansible_collections.otc.teardown.plugins.module_utils._iam.options import client_of, settings_of, why_insecure
from ansible_collections.otc.teardown.plugins.module_utils._modules import argument_spec


class TeardownModule:
    """Stands between a run and Ansible. Whatever leaves it is plain text without secrets."""

    def __init__(self, spec: argument_spec.Spec, services: Sequence[str] = ()) -> None:
        _enter_folder_of_user()
        self.module = AnsibleModule({**argument_spec.connection_spec(services), **spec}, supports_check_mode=True)
        self.params: dict[str, Any] = self.module.params
        self.written = _as_written(spec)
        self.redact = Redactor()
        self._services = services
        self._hide_logins_in_urls()
        self.ending = Ending(watcher(os.environ))
        self._client: Client | None = None

    @property
    def api_calls(self) -> int:
        """Requests sent so far."""
        return self._client.calls if self._client else 0

    def check_numbers(self) -> None:
        """Refuse numbers that make no sense."""
        argument_spec.check_numbers(self.params)

    def calls_about(self, resource: str) -> int:
        """Requests sent so far about one kind of job."""
        return self._client.calls_about(resource) if self._client else 0

    def connect(
        self,
        services: Sequence[str] = (),
        project_needed: bool = True,
        method: str | None = None,
        deadline: float | None = None,
        identify: bool = False,
    ) -> Connection:
        """Check the options, then log in if these services need it. `deadline` of the whole task, on the steady clock.

        `method`: the only way to log in that will do. `identify`: IAM must say who the caller is, also where the login needs no
        answer of it. Raises InputError before any request, and what `log_in` raises.
        """
        self.check_numbers()
        settings = settings_of(self.params, self.redact, project_needed, self.warn, self._services)
        if method not in (None, settings.method):
            raise InputError("username", None, "a token can be had with username and password only; give these")
        self._client = client_of(self.params, settings, self.redact, self.module.check_mode, deadline, self.ending)
        connection = log_in(self._client, settings, () if identify else services)
        urls = [connection.url(service) for service in services if connection.is_located(service)] or [endpoints.iam_url(settings)]
        for warning in filter(None, map(why_insecure, dict.fromkeys(urls))):
            self.warn(warning)
        return connection

    def warn(self, text: str) -> None:
        """Show a warning."""
        self.module.warn(self.clean(text))

    def exit(self, returned: Mapping[str, Any], reveal: Mapping[str, Any] | None = None) -> NoReturn:
        """Succeed. `reveal` is returned as it is: a token that the user asked for."""
        self._close()
        self.module.exit_json(**self._outgoing(returned), **(reveal or {}))
        raise AssertionError("exit_json has returned")

    def fail(self, text: str, returned: Mapping[str, Any], exception: str | None = None) -> NoReturn:
        """Fail with a text, and a traceback if there is one."""
        self._close()
        more = {"exception": self._lines(exception)} if exception else {}
        self.module.fail_json(msg=self.clean(text), **self._outgoing(returned), **more)
        raise AssertionError("fail_json has returned")

    def fail_with(self, error: Exception, returned: Mapping[str, Any]) -> NoReturn:
        """Fail with an error, and with what it knows beyond its text."""
        if isinstance(error, MissingLibrary):
            self.fail(missing_required_lib(error.library, reason=error.reason), returned, error.traceback)
        more = {"error": error.problem.as_row()} if isinstance(error, ApiError) else {}
        trace = None if isinstance(error, TeardownError) else traceback.format_exc()
        self.fail(in_words(error), {**returned, **more}, trace)

    def clean(self, value: Any) -> Any:
        """The value with harmless texts: without any secret, and each a line that a terminal shows as it is."""
        if isinstance(value, str):
            return plain(self.redact(value))
        if isinstance(value, Mapping):
            # A key is a word of ours, even if it happens to be somebody's password.
            return {plain(key): self.clean(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.clean(item) for item in value]
        return value

    def _hide_logins_in_urls(self) -> None:
        """A URL with a login is refused, but Ansible repeats the options of a module."""
        urls = [self.params["auth_url"], *(self.params["endpoints"] or {}).values()]
        passwords = [password for url in urls if url for password in passwords_in(url)]
        self.redact.add(*passwords)
        self.module.no_log_values.update(passwords)

    def _outgoing(self, returned: Mapping[str, Any]) -> dict[str, Any]:
        """A result as it may leave; only a diff has lines."""
        diff = returned.get("diff")
        parts = diff if isinstance(diff, list) else [diff] if diff else []
        lines = [{key: self._lines(text) for key, text in part.items()} for part in parts]
        shown = {} if diff is None else {"diff": lines if isinstance(diff, list) else lines[0]}
        return {**self.clean({key: value for key, value in returned.items() if key != "diff"}), **shown}

    def _lines(self, text: str) -> str:
        """A text of several lines, each of them harmless."""
        return "\n".join(map(plain, self.redact(text).split("\n")))

    def _close(self) -> None:
        if self._client:
            self._client.close()


def _enter_folder_of_user() -> None:
    """Go where the user started Ansible, if the action plugin names that folder and it may be entered.

    So relative paths mean what they mean for every program that is started there.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        with contextlib.suppress(OSError):  # after become, the folder may be closed to this user
            os.chdir(folder)


def _as_written(spec: argument_spec.Spec) -> dict[str, Any]:
    """The options of a module before AnsibleModule makes other types of what is in them; dictionaries are read, if text."""
    written: dict[str, Any] = _load_params()
    dictionaries = (option for option, facts in spec.items() if facts["type"] == "dict")
    texts = [option for option in dictionaries if isinstance(written.get(option), str)]
    return {**written, **{option: check_type_dict(written[option]) for option in texts}}
