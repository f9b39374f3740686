# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call of a module: its options, its connection and its result."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
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
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor, is_ordinary, passwords_in, plain
from ansible_collections.otc.teardown.plugins.module_utils._base.variables import FOLDER_VARIABLE
from ansible_collections.otc.teardown.plugins.module_utils._http.client import Client
from ansible_collections.otc.teardown.plugins.module_utils._iam import endpoints
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import Connection, log_in
from ansible_collections.otc.teardown.plugins.module_utils._iam.options import client_of, settings_of, why_insecure
from ansible_collections.otc.teardown.plugins.module_utils._modules import argument_spec


class TeardownModule:
    """The interface of a run to Ansible. All its output is plain text without secrets."""

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
        self.asked_for = {"project": self.params["project_name"] or self.params["project_id"], "region": self.params["region"]}
        """The project and the region as the options name them, later as all settings do; None where unknown."""
        try:
            argument_spec.read_times(self.params)
        except InputError as error:
            self.fail_with(error, {})

    @property
    def api_calls(self) -> int:
        """The number of requests sent so far."""
        return self._client.calls if self._client else 0

    def check_numbers(self) -> None:
        """Raise InputError for a number that is too small or too large."""
        argument_spec.check_numbers(self.params)

    def calls_about(self, resource: str) -> int:
        """The number of requests sent so far for one kind of job."""
        return self._client.calls_about(resource) if self._client else 0

    def connect(
        self,
        services: Sequence[str] = (),
        project_needed: bool = True,
        method: str | None = None,
        deadline: float | None = None,
        identify: bool = False,
        needed: Collection[str] | None = None,
    ) -> Connection:
        """Check the options, then log in if these services need it. `deadline`: that of the whole task, on the steady clock.

        `method`: the required login method, None for any. `identify`: IAM must say who the caller is, also if the login needs no
        answer of it. `needed`: the services that must be there, None for all; the others are used if there is a URL for them.
        Raises InputError before any request, and the errors of `log_in`.
        """
        self.check_numbers()
        settings = settings_of(self.params, self.redact, project_needed, self.warn, self._services)
        self.asked_for = {"project": settings.project_name or settings.project_id, "region": settings.region}
        if method not in (None, settings.method):
            raise InputError("username", None, "a token needs a login with username and password; give both")
        self._client = client_of(self.params, settings, self.redact, self.module.check_mode, deadline, self.ending)
        if needed is not None:
            services = [one for one in services if one in needed or settings.endpoints.get(one)] or services
        connection = log_in(self._client, settings, () if identify else services)
        urls = [connection.url(service) for service in services if connection.is_located(service)] or [endpoints.iam_url(settings)]
        for warning in filter(None, map(why_insecure, dict.fromkeys(urls))):
            self.warn(warning)
        return connection

    def warn(self, text: str) -> None:
        """Show a warning."""
        self.module.warn(self.clean(text))

    def exit(self, returned: Mapping[str, Any], reveal: Mapping[str, Any] | None = None) -> NoReturn:
        """End the module with success. `reveal` is returned unchanged: a token that the user requested."""
        self._close()
        self.module.exit_json(**self._outgoing(returned), **self._invocation(), **(reveal or {}))
        raise AssertionError("exit_json has returned")

    def fail(self, text: str, returned: Mapping[str, Any], exception: str | None = None) -> NoReturn:
        """End the module with a failure. `exception`: a traceback to show."""
        self._close()
        more = {"exception": _lines(self.redact, exception)} if exception else {}
        self.module.fail_json(msg=self.clean(text), **self._outgoing(returned), **self._invocation(), **more)
        raise AssertionError("fail_json has returned")

    def fail_with(self, error: Exception, returned: Mapping[str, Any]) -> NoReturn:
        """End the module with a failure, with the text of the error and its details (`error` or a traceback)."""
        if isinstance(error, MissingLibrary):
            self.fail(missing_required_lib(error.library, reason=error.reason), returned, error.traceback)
        more = {"error": error.problem.as_row()} if isinstance(error, ApiError) else {}
        trace = None if isinstance(error, TeardownError) else traceback.format_exc()
        self.fail(self.in_words(error), {**returned, **more}, trace)

    def in_words(self, error: Exception) -> str:
        """The text for an error; in that of an unexpected one may stand anything, so every secret is masked."""
        text = in_words(error)
        return text if isinstance(error, TeardownError) else self.redact(text)

    def clean(self, value: Any) -> Any:
        """The value with safe texts: without secrets, each a single line without control characters."""
        if isinstance(value, str):
            return plain(self.redact.ours(value))
        if isinstance(value, Mapping):
            # Keys are not redacted: they are names of this collection, even if one equals a password.
            return {plain(key): self.clean(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.clean(item) for item in value]
        return value

    def _hide_logins_in_urls(self) -> None:
        """Hide passwords in URLs. Such a URL is refused, but Ansible also prints the options of the module."""
        urls = [self.params["auth_url"], *(self.params["endpoints"] or {}).values()]
        passwords = [password for url in urls if url for password in passwords_in(url)]
        self.redact.add(*passwords)
        self.module.no_log_values.update(passwords)
        # Ansible would mask ordinary words in all texts, as in the names of options and jobs (see Redactor.ours).
        self.module.no_log_values = {value for value in self.module.no_log_values if not is_ordinary(str(value))}

    def _invocation(self) -> dict[str, Any]:
        """The options for Ansible to show, without secrets: Ansible itself masks those that are no ordinary words only."""
        secret = {option for option, facts in self.module.argument_spec.items() if facts.get("no_log")}
        shown = {
            option: "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" if option in secret and value is not None else self._redacted(value)
            for option, value in self.params.items()
        }
        return {"invocation": {"module_args": shown}}

    def _redacted(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {key: self._redacted(item) for key, item in value.items()}
        return [self._redacted(item) for item in value] if isinstance(value, (list, tuple)) else value

    def _outgoing(self, returned: Mapping[str, Any]) -> dict[str, Any]:
        """The result with safe texts; only texts in a diff may have several lines."""
        rows = {"jobs": MadeWhenRead(returned["jobs"], self.clean)} if "jobs" in returned else {}
        diff = returned.get("diff")
        parts = diff if isinstance(diff, list) else [diff] if diff else []
        lines = [{key: _lines(self.redact.ours, text) for key, text in part.items()} for part in parts]
        shown = {} if diff is None else {"diff": lines if isinstance(diff, list) else lines[0]}
        others = {key: value for key, value in returned.items() if key not in ("diff", "jobs")}
        return {**self.clean(others), **rows, **shown}

    def _close(self) -> None:
        if self._client:
            self._client.close()


def _lines(redact: Callable[[str], str], text: str) -> str:
    """The redacted text with its line breaks; each line is made safe."""
    return "\n".join(map(plain, redact(text).split("\n")))


class MadeWhenRead(Sequence[Any]):
    """A list whose entries are made from other objects each time they are read.

    Ansible copies a result before it prints it. So the entries of a large result are in memory once and not twice.
    """

    def __init__(self, origins: Sequence[Any], make: Callable[[Any], Any]) -> None:
        self._origins = origins
        self._make = make

    def __len__(self) -> int:
        return len(self._origins)

    def __getitem__(self, index: Any) -> Any:
        return self._make(self._origins[index])


def _enter_folder_of_user() -> None:
    """Change to the folder in which the user started Ansible, if the action plugin names it and this user may enter it.

    Then relative paths mean the same as for any other program that is started there.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        with contextlib.suppress(OSError):  # after become, this user may have no access to the folder
            os.chdir(folder)


def _as_written(spec: argument_spec.Spec) -> dict[str, Any]:
    """The options of a module before AnsibleModule converts the types of their values; dictionaries as text are parsed."""
    written: dict[str, Any] = _load_params()
    dictionaries = (option for option, facts in spec.items() if facts["type"] == "dict")
    texts = [option for option in dictionaries if isinstance(written.get(option), str)]
    return {**written, **{option: check_type_dict(written[option]) for option in texts}}
