# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of the formats that the role writes. A file with another one is not read."""

from __future__ import annotations

REPORT = "otc.teardown/report/1"
PLAN = "otc.teardown/plan/1"
