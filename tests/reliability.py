# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measured parts of docs/dev/reliability.md: each stands between two markers, and is written by the run that measured it."""

from __future__ import annotations

import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parents[1] / "docs" / "dev" / "reliability.md"


def put(part: str, text: str, page: pathlib.Path = PAGE) -> None:
    """Replace the part of this name; ValueError if the page has no place for it."""
    begin, end = f"<!-- {part}: measured, not written by hand -->", f"<!-- end of {part} -->"
    before = page.read_text(encoding="utf-8")
    after, found = re.subn(f"(?s){re.escape(begin)}.*{re.escape(end)}", lambda _old: f"{begin}\n\n{text}\n\n{end}", before)
    if found != 1:
        raise ValueError(f"{page} has no part {part}")
    page.write_text(after, encoding="utf-8")
