# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attributes of the modules."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragments `otc.teardown.attributes` and `otc.teardown.attributes.info`."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying target.
    support: full
    details:
      - Reads the real state and predicts the result. Sends no request that changes a job.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check mode), when in diff mode.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates
      no change.
    support: full
  action_group:
    description: Use C(group/otc.teardown.all) in C(module_defaults) to set the connection options once.
    support: full
    membership:
      - otc.teardown.all
"""

    INFO = r"""
attributes:
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying target.
    support: full
    details:
      - Changes nothing in any mode.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check mode), when in diff mode.
    support: N/A
    details:
      - Changes nothing.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates
      no change.
    support: full
  action_group:
    description: Use C(group/otc.teardown.all) in C(module_defaults) to set the connection options once.
    support: full
    membership:
      - otc.teardown.all
"""
