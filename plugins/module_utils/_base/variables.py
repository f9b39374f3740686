# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the action plugins and the modules agree on. Imports nothing: it is loaded again for every task."""

from __future__ import annotations

PROGRESS_VARIABLE = "OTC_TEARDOWN_PROGRESS"
"""Environment variable in which an action plugin names the file that it follows: empty, and removed by the module."""

FOLDER_VARIABLE = "OTC_TEARDOWN_CWD"
"""Environment variable in which an action plugin names the folder in which the user started Ansible.

Ansible runs modules in the folder of the playbook, which for a playbook of a collection is the collection's. Relative
paths (clouds.yaml, certificates, a journal) are meant from where the user stands.
"""
CONTROLLER_VARIABLE = "OTC_TEARDOWN_CONTROLLER"
"""Environment variable in which an action plugin names the process without which a task has no purpose."""
