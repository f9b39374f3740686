# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of environment variables shared by action plugins and modules. Imports nothing: it is loaded for every task."""

from __future__ import annotations

PROGRESS_VARIABLE = "OTC_TEARDOWN_PROGRESS"
"""Environment variable in which an action plugin names the progress file it follows: empty at first; the module removes it."""

FOLDER_VARIABLE = "OTC_TEARDOWN_CWD"
"""Environment variable in which an action plugin names the folder in which the user started Ansible.

Ansible runs modules in the folder of the playbook; for a playbook of a collection that is a folder of the collection.
Relative paths (clouds.yaml, certificates, a journal) refer to the folder of the user.
"""
CONTROLLER_VARIABLE = "OTC_TEARDOWN_CONTROLLER"
"""Environment variable in which an action plugin names the process of Ansible; the task ends when that process ends."""
