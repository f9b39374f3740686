# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running whole modules in this process, against a simulated cloud over real HTTP."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock

from ansible.module_utils import basic

from tests.simulator import Simulator

PASSWORD_LOGIN = {
    "region": "eu-de",
    "username": "deployer",
    "password": "simulator-password",
    "domain_name": "OTC-EU-DE-00000000001000000000",
    "project_name": "eu-de",
}
# Quick, so that tests do not wait for nothing.
PACE = {"wait_interval": 0.05}

_CLOUD_VARIABLES = ("OS_", "OTC_", "HUAWEICLOUD_")


def run_module(
    name: str,
    args: Mapping[str, Any],
    check_mode: bool = False,
    diff_mode: bool = False,
    environ: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The result of one module call with exactly these options and these cloud variables in the environment."""
    module = importlib.import_module(f"ansible_collections.otc.teardown.plugins.modules.{name}")
    given = {**args, "_ansible_check_mode": check_mode, "_ansible_diff": diff_mode}
    output = io.StringIO()
    with _module_args(given), _environment(environ or {}), contextlib.redirect_stdout(output):
        try:
            module.main()
        except SystemExit:
            pass
    return json.loads(output.getvalue())


def run(sim: Simulator, name: str, args: Mapping[str, Any], **modes: Any) -> dict[str, Any]:
    """The result of one module call at a simulator, logged in by password unless the options say otherwise."""
    pace = {} if name.endswith("_info") or name.startswith("iam_") else PACE
    return run_module(name, {**PASSWORD_LOGIN, "endpoints": sim.endpoints, **pace, **args}, **modes)


def outcomes(result: Mapping[str, Any]) -> dict[str, str]:
    """Job id -> outcome."""
    return {row["id"]: row["outcome"] for row in result["jobs"]}


@contextlib.contextmanager
def _module_args(args: Mapping[str, Any]) -> Iterator[None]:
    raw = json.dumps({"ANSIBLE_MODULE_ARGS": dict(args)}).encode("utf-8")
    with mock.patch.object(basic, "_ANSIBLE_ARGS", raw), mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy", create=True):
        yield


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(_CLOUD_VARIABLES)}
    with mock.patch.dict(os.environ, {**clean, **variables}, clear=True):
        yield
