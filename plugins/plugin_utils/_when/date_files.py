# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the files of dates that `teardown_windows` names, on the controller."""

from __future__ import annotations

import os
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.files import why_no_file
from ansible_collections.otc.teardown.plugins.plugin_utils._when.option import named_files

LARGEST = 1_000_000


def date_files(windows: Any) -> dict[str, dict[str, Any]]:
    """Path as written -> `text` of the file (None if it cannot be read), and `problem`, which says why, such as `does not exist`.

    `windows`: the variable as the user wrote it. Relative paths refer to the folder in which Ansible was started.
    """
    return {path: _read(os.path.expanduser(path.strip())) for path in named_files(windows)}


def _read(path: str) -> dict[str, Any]:
    try:
        problem = why_no_file(path)
        if not problem and os.path.getsize(path) > LARGEST:
            problem = f"is larger than {LARGEST:,} bytes"
        if not problem:
            with open(path, encoding="utf-8-sig") as file:
                return {"text": file.read(), "problem": None}
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
    except ValueError:
        problem = "is not text in UTF-8"
    return {"text": None, "problem": problem}
