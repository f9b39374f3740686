# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client whose requests go nowhere, on a clock of its own."""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._http.client import Client
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import TransportOptions


class Wire:
    """Stands in for the transport: answers in turn, the last for ever after."""

    def __init__(self, *answers):
        self.answers, self.sent, self.open = list(answers), [], True

    @property
    def calls(self):
        return len(self.sent)

    def send(self, request, proof, timeout):
        self.sent.append((request, dict(proof), timeout))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def close(self):
        self.open = False


class Scene:
    """A client on this wire, at second 100 of a clock that moves when it sleeps."""

    def __init__(self, *answers, check_mode=False, **options):
        self.now, self.slept, self.wire = 100.0, [], Wire(*answers)
        self.redact, self.options = Redactor(), TransportOptions(**options)
        self.client = Client(self.options, self.redact, check_mode, lambda: self.now, self.sleep)
        self.client._transport = self.wire
        self.client.pace._chance = lambda: 1.0

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def exchange(self, request, *more):
        """What came of it: the answer, or the meaning of the problem."""
        try:
            return self.client.exchange(request, *more)
        except ApiError as error:
            assert str(error).startswith(f"Failed to {request.doing}: ")
            return error.problem.meaning
