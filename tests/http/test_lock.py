# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of check mode: whatever the code above asks for, nothing that changes a job leaves the client."""

from __future__ import annotations

import importlib

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._http.client import Client
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import TransportOptions
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from tests.simulator import Simulator
from tests.support.harness import KINDS

NAMES = {"project_id": "0123456789abcdef0123456789abcdef", "id": "1", "parent": "p"}


MODULES = sorted({kind.module for kind in KINDS})


def described(module: str) -> Resource:
    """The description of a kind of job."""
    package = "ansible_collections.otc.teardown.plugins.module_utils._resources"
    return importlib.import_module(f"{package}.{module}").RESOURCE


@pytest.mark.parametrize("module", MODULES)
def test_no_stop_leaves_the_client_in_check_mode(module: str) -> None:
    resource = described(module)
    calls = [stop.call for dialect in resource.dialects for stop in (dialect.stop_one, dialect.stop_many) if stop]
    with Simulator({}) as sim:
        client = Client(TransportOptions(), Redactor(), check_mode=True)
        for call in calls:
            request = call.request(sim.endpoints[resource.service], NAMES)
            with pytest.raises(AssertionError, match="check mode: refused to stop"):
                client.exchange(request)
            client.exchange(request._replace(safe=True))
        assert client.calls == len(sim.journal()) == len(calls) > 0
