# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one would write without this collection: scripts that do the same calls as the modules, and nothing else.

They read the options of the module as JSON from standard input, and print how many jobs they stopped. They believe
every answer, repeat nothing, and know one kind of job.
"""
