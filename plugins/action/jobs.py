# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows the progress of a module while it runs; meta/runtime.yml names the modules that run through it."""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.plugin_utils._terminal.progress import ProgressAction


class ActionModule(ProgressAction):
    """Action plugin `otc.teardown.jobs`."""
