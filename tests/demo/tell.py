# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print a report of a teardown as a table: python tell.py report.json"""

from __future__ import annotations

import json
import pathlib
import sys

report = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
for row in report["rows"] + report["not_in_plan"]:
    if row["verdict"] != "ended":
        print(f"{row['resource']:33} {row['name'] or row['id'][:17]:17} {row['verdict']:11} {row['reason']}")
print(f"{report['mode']}: {report['result']}. {report['headline']}")
for problem in report["problems"] + report["warnings"]:
    print(f"  {problem}")
