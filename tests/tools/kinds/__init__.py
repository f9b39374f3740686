# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes all that knows the kinds of jobs, from two files for each: the facts about its API and the words about it.

`make kinds` runs it; `tests/unit/tools/test_kinds.py` fails while something is out of date.
"""
