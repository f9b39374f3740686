# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process of ansible-playbook. Ansible runs each task in a process of its own, which ends with the task."""

from __future__ import annotations

import multiprocessing
import os

from ansible_collections.otc.teardown.plugins.module_utils._base.controller import name_of


def main_process() -> str:
    """The process id and start time of the process that lives as long as the play, as text for `controller.is_alive`."""
    above = multiprocessing.parent_process()
    return name_of((above and above.pid) or os.getpid())
