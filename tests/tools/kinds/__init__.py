# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generates the files that depend on the kinds of jobs, from two files for each kind: facts about its API, and words.

`make kinds` runs it; `tests/unit/tools/test_kinds.py` fails if a generated file is out of date.
"""
