# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the demo's project as others would while a plan is reviewed: python meanwhile.py URL

One job ends, one is new, one is started again. With a scenario as second argument: start over with that.
"""

from __future__ import annotations

import json
import pathlib
import sys
import urllib.request
from typing import Any

import yaml

JOBS = "modelarts_visualization_job"
CHANGES = [
    {"resource": JOBS, "id": "11", "status": "COMPLETED"},
    {"resource": JOBS, "create": {"id": 16, "name": "tb-brand-new"}},
    {"resource": JOBS, "id": "15", "status": "RUNNING"},
]


def post(path: str, body: Any) -> None:
    """Send an order to the simulator."""
    request = urllib.request.Request(sys.argv[1] + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()


if len(sys.argv) > 2:
    post("/_simulator/scenario", yaml.safe_load(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")))
else:
    for change in CHANGES:
        post("/_simulator/change", change)
