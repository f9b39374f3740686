# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is supported, in one place; a test compares everything that says so with it.

Source: "ansible-core support matrix" of the Ansible documentation, and 2.16, which Automation Platform ships.
"""

from __future__ import annotations

CORES = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.17": ("3.10", "3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.12", "3.13"),
}
"""ansible-core -> the Pythons under which it runs playbooks."""

MODULE_PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
"""Where modules run."""

OLDEST, NEWEST = next(iter(CORES)), list(CORES)[-1]

# ansible-test of 2.16 refuses code that is right today, for example classes without a metaclass.
SANITY_CORES = tuple(core for core in CORES if core != "2.16")

IN_CI = {"2.16": "3.10", "2.19": "3.13", "2.21": "3.13"}
"""What `make matrix` tests, ansible-core -> Python: the oldest, one in between, the newest."""


def everything(core: str, python: str, tested: str | None) -> bool:
    """Whether all unit tests are run there, not only those that depend on ansible-core: once on the oldest and the newest Python.

    `tested` is the ansible-core that `make matrix` leaves out because `make test` has had it; the one before it takes its part.
    """
    return {its: one for one, its in IN_CI.items() if one != tested}.get(python) == core
