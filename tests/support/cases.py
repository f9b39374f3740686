# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables within one test: every row is tried, and each that fails is reported by its name."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def each_case() -> Iterator[Callable[[object], contextlib.AbstractContextManager[None]]]:
    """For loops over a table: `with each_case() as case: for row in rows: with case(row): assert ...`; rows there must be."""
    failures: list[str] = []
    tried = 0

    @contextlib.contextmanager
    def case(name: object) -> Iterator[None]:
        nonlocal tried
        tried += 1
        try:
            yield
        except Exception as error:  # whatever it is, the other rows are tried, too
            kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
            failures.append(f"{name}: {kind}{error}")

    yield case
    assert tried, "no case was tried"
    assert not failures, "\n".join([f"{len(failures)} of {tried} cases failed", *failures])
