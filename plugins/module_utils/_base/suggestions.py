# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suggestions for words that are not known, for the end of a message."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """` (did you mean names?)`: the known word that is most like it; empty if none is."""
    import difflib  # only for a message: modules start faster without it

    found = difflib.get_close_matches(str(word), list(known), n=1)
    return f" (did you mean {found[0]}?)" if found else ""


def choice_of(names: Iterable[str], most: int = 10) -> str:
    """`eu-de, eu-de_dev and 3 more`: names to choose from, sorted; `none` without names."""
    ordered = sorted(set(names))
    more = len(ordered) - most
    return (", ".join(ordered[:most]) or "none") + (f" and {more:,} more" if more > 0 else "")
