# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns functions of this collection into Ansible filters."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from typing import Any, Callable

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import TeardownError


def untemplated(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as a filter whose result is never evaluated as a template; TeardownError becomes AnsibleFilterError.

    Names of jobs come from the cloud and may contain `{{ }}`. Before ansible-core 2.19, a filter must mark its result
    as unsafe itself.
    """

    @functools.wraps(function)
    def filtered(*args: Any, **kwargs: Any) -> Any:
        try:
            return wrap_var(function(*map(_plain, args), **{name: _plain(value) for name, value in kwargs.items()}))
        except TeardownError as error:
            raise AnsibleFilterError(str(error)) from error

    return filtered


def imported_when_called(module: str, name: str) -> Callable[..., Any]:
    """A function that imports `name` from `module` (below `plugin_utils`) when it is called, and calls it.

    For one filter in a template, Ansible loads every filter file, and compiles all their imports again in every task.
    """

    def call(*args: Any, **kwargs: Any) -> Any:
        found = importlib.import_module(f"ansible_collections.otc.teardown.plugins.plugin_utils.{module}")
        return getattr(found, name)(*args, **kwargs)

    return call


def _plain(value: Any) -> Any:
    # Ansible passes its own container types, which are evaluated lazily and cannot be copied as usual.
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
