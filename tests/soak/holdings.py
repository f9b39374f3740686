# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What processes hold while nothing is under way: memory, file descriptors, threads, temporary files."""

from __future__ import annotations

import dataclasses
import pathlib
import statistics
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class Held:
    """One sample: MiB, open file descriptors and threads of a process."""

    memory: float
    files: int
    threads: int


def held_by(pid: int) -> Held:
    """What a process holds now."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    status = dict(line.partition(":")[::2] for line in lines)
    files = len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))
    return Held(int(status["VmRSS"].split()[0]) / 1024, files, int(status["Threads"]))


@dataclasses.dataclass(frozen=True)
class Growth:
    """Two stretches of samples, after the warm-up and at the end, compared: medians, and the last against the first."""

    first: Held
    last: Held

    @property
    def is_none(self) -> bool:
        """Whether nothing grew; memory may move by a twentieth, as the allocator's does."""
        steady = self.last.memory <= self.first.memory * 1.05 + 1
        return steady and self.last.files <= self.first.files and self.last.threads <= self.first.threads


def growth(samples: Sequence[Held]) -> Growth:
    """The growth from the first quarter of these samples to the last; needs some ten of them."""
    quarter = max(1, len(samples) // 4)
    return Growth(_median(samples[:quarter]), _median(samples[-quarter:]))


def _median(samples: Sequence[Held]) -> Held:
    columns = zip(*map(dataclasses.astuple, samples))
    memory, files, threads = (statistics.median_low(column) for column in columns)
    return Held(memory, files, threads)
