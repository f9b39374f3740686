# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What YAML makes of a name, in a playbook: refused with the option, the value and the remedy."""

from __future__ import annotations

import datetime
import pathlib

import pytest

from tests.support.harness import KINDS, Kind
from tests.support.playbooks import login_environment, play_tasks

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.label in ("visualization", "drs-v5")], ids=lambda kind: kind.label)
def test_a_date_without_quotes_names_its_option(kind: Kind, tmp_path: pathlib.Path) -> None:
    with kind.cloud({"name": "2024-01-01"}, {"name": "True"}) as sim:
        tasks = [
            {"name": "Stop", f"otc.teardown.{kind.module}": {"all": True, "exclude": {"names": [value]}, **kind.options},
             "register": f"stopped_{number}", "ignore_errors": True}
            for number, value in enumerate([datetime.date(2024, 1, 1), True])
        ]
        played = play_tasks(tmp_path, tasks, {}, environ=login_environment(sim))
        assert [played.results[f"stopped_{number}"]["msg"] for number in (0, 1)] == [
            "exclude.names: '2024-01-01': is not text: YAML makes a date of it; put it in quotes",
            "exclude.names: True: is not text: YAML makes a truth value of it; put it in quotes",
        ]
        assert sim.stops() == []
