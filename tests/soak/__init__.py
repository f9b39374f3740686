# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours in minutes: the modules run again and again in one process against a faulty cloud of thousands of jobs."""

import tests.conftest  # noqa: F401 - makes the collection importable
