# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the code in small ways, one at a time, and find the changes that no test notices.

    python -m tests.tools.mutation [--report] [MODULE ...]

Each module is changed in a copy below build/mutation, which is kept for inspection. mutation.yml lists the tests to run for
a module, and the harmless changes. Exit code 1 if no test notices a change that is not listed there, or if a test notices a
listed one.
"""

from __future__ import annotations

import argparse
import collections
import os
import pathlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import NamedTuple

import yaml
from mutmut.configuration import reset_config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import change_cwd

from tests import reliability

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "mutation"
PLAN = pathlib.Path(__file__).with_suffix(".yml")
COLLECTION = pathlib.Path("ansible_collections", "otc", "teardown")
GOAL = 85
UNKNOWN = "**Nobody has looked at these yet.**"


class Change(NamedTuple):
    """What a mutant changes: the module and function, and its lines before and after."""

    where: str
    was: str
    now: str


class Tally(NamedTuple):
    """The results for the mutants of one module: the numbers by result, and the changes that no test noticed."""

    module: str
    ends: Mapping[str, int]
    survivors: Sequence[Change]

    @property
    def total(self) -> int:
        """The number of mutants."""
        return sum(self.ends.values())


def main(arguments: Sequence[str]) -> int:
    """Measure and print the results; the exit code."""
    parser = argparse.ArgumentParser(description="Mutation testing, one module after the other.")
    parser.add_argument("--report", action="store_true", help="write docs/dev/reliability.md")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="by name, without .py; all by default")
    options = parser.parse_args(arguments)
    plan = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    harmless = {Change(*change): group["why"] for group in plan["harmless"] for change in group["changes"]}
    started = time.monotonic()
    tallies = [measure(module, plan["tests"][module]) for module in options.modules or plan["tests"]]
    if options.report:
        minutes = (time.monotonic() - started) / 60
        reliability.put("mutation", "\n".join(page_part(tallies, harmless, minutes)))
    print("\n".join(table(tallies)))
    wrong = list(unaccounted(tallies, harmless))
    print("\n".join(wrong))
    return 1 if wrong else 0


def measure(module: str, tests: Iterable[str]) -> Tally:
    """Run the mutants of one module against these tests (globs below tests/)."""
    tree, source = WORK / module, COLLECTION / "plugins" / "module_utils" / f"{module.replace('.', '/')}.py"
    shutil.rmtree(tree, ignore_errors=True)
    for part in ("plugins", "tests"):
        shutil.copytree(ROOT / part, tree / COLLECTION / part, ignore=shutil.ignore_patterns("output", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree / COLLECTION)
    files = [COLLECTION / path.relative_to(ROOT) for glob in tests for path in sorted(ROOT.glob(f"tests/{glob}.py"))]
    settings = {
        "source_paths": [source],
        "also_copy": ["ansible_collections"],
        "pytest_add_cli_args": ["-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": files,
    }
    lines = (f"{key}=" + "".join(f"\n {value}" for value in values) for key, values in settings.items())
    (tree / "setup.cfg").write_text("\n".join(["[mutmut]", *lines, ""]), encoding="utf-8")
    print(f"{module}: {len(files)} files of tests", flush=True)
    # One at a time: a mutant that shares the machine with others may seem to run forever.
    command = ["mutmut", "run", "--max-children", "1"]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "mutation"}
    with open(tree / "mutmut.log", "w", encoding="utf-8") as log:
        ended = subprocess.run(command, cwd=tree, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    if ended.returncode:
        raise SystemExit(f"mutmut failed: see {log.name}")
    with change_cwd(tree):
        return read(module, source)


def read(module: str, source: pathlib.Path) -> Tally:
    """The results of mutmut in the current directory."""
    reset_config()
    data = SourceFileMutationData(path=source)
    data.load()
    ends = {name: status_by_exit_code[code] for name, code in data.exit_code_by_key.items()}
    survivors = [change_of(name, source) for name, end in ends.items() if end not in ("killed", "timeout")]
    return Tally(module, collections.Counter(ends.values()), survivors)


def change_of(mutant: str, source: pathlib.Path) -> Change:
    """The lines that a mutant changes, without the lines around them."""
    diff = get_diff_for_mutant(mutant, path=source).splitlines()[2:]
    was, now = (" ".join(line[1:].strip() for line in diff if line.startswith(sign)) for sign in "-+")
    name = mutant.rpartition("__mutmut_")[0].removeprefix(".".join((*COLLECTION.parts, "plugins", "module_utils", ""))).partition(".")[2]
    return Change(name.replace(".x_", ".").replace(".xǁ", ".").replace("ǁ", "."), was, now)


def table(tallies: Sequence[Tally]) -> Iterator[str]:
    """The lines of a table with the figures of each module and their total."""
    yield "| module | changes | noticed | without end | unnoticed | share noticed |"
    yield "|---|--:|--:|--:|--:|--:|"
    for tally in tallies:
        yield _row(tally.module, [tally])
    yield _row("**all**", tallies)


def _row(name: str, tallies: Sequence[Tally]) -> str:
    killed, late = (sum(tally.ends.get(end, 0) for tally in tallies) for end in ("killed", "timeout"))
    total = sum(tally.total for tally in tallies)
    return f"| {name} | {total:,} | {killed:,} | {late} | {total - killed - late} | {100 * (killed + late) / total:.1f} % |"


def page_part(tallies: Sequence[Tally], harmless: Mapping[Change, str], minutes: float) -> Iterator[str]:
    """The part of docs/dev/reliability.md that a run writes."""
    yield from table(tallies)
    yield from ("", f"It took {minutes:.0f} minutes with mutmut {version('mutmut')}, one change at a time. What went unnoticed, as it "
                "reads then, and why that is harmless:", "")
    left = [change for tally in tallies for change in tally.survivors]
    for why in dict.fromkeys([*harmless.values(), UNKNOWN]):
        found = [change for change in left if harmless.get(change, UNKNOWN) == why]
        if found:
            yield f"- {why}"
        yield from (f"  - `{change.where}`: `{change.now}`" for change in found)


def unaccounted(tallies: Sequence[Tally], harmless: Mapping[Change, str]) -> Iterator[str]:
    """The differences from mutation.yml and from the goal, one text each."""
    for tally in tallies:
        rate = 100 * (1 - len(tally.survivors) / tally.total)
        if rate < GOAL:
            yield f"{tally.module}: {rate:.1f} % noticed, less than {GOAL} %"
        yield from (f"unnoticed: {change}" for change in tally.survivors if change not in harmless)
        mine = (change for change in harmless if change.where.partition(".")[0] == tally.module)
        yield from (f"noticed, or not there any more: {change}" for change in mine if change not in tally.survivors)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
