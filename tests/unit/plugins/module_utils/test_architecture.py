# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of the house: imports go one way, and what belongs in one place is in one place."""

from __future__ import annotations

import ast
import pathlib
import re

from ansible_collections.otc.teardown.plugins.module_utils._base import errors
from tests.support.cases import each_case
from tests.tools.kinds.blocks import without_blocks

PLUGINS = pathlib.Path(errors.__file__).resolve().parents[2]
PREFIX = "ansible_collections.otc.teardown.plugins."

# Imports go down: from a package to those on floors further left, or within the package.
FLOORS = "module_utils: _base | _http | _iam _model | _resources _api | _engine | _modules"
# The same for what runs on the controller, above all of module_utils; "." are the files outside of packages.
UPPER_FLOORS = "plugin_utils: . | _report _inventory | _spare _when | _teardown _terminal | action filter inventory"
# Packages that see less than their floor lets them see
NARROW = {"module_utils._resources": {"module_utils._base", "module_utils._model"}}

# Libraries that are no part of Python -> the only files that may import them
FOREIGN = {
    "requests": {"transport"}, "urllib3": {"transport"}, "openstack": {"clouds_yaml"}, "ansible": {"module"},
}
STANDARD = {
    "__future__", "ast", "base64", "bisect", "collections", "concurrent", "contextlib", "dataclasses", "datetime", "difflib", "email",
    "enum", "errno", "fnmatch", "functools", "hashlib", "hmac", "html", "http", "io", "ipaddress", "itertools", "json", "math", "os",
    "pathlib", "random", "re", "secrets", "select", "signal", "stat", "string", "tempfile", "threading", "time", "traceback", "types",
    "typing", "unicodedata", "urllib", "uuid", "zlib",
}

SOURCES = sorted(path for path in (PLUGINS / "module_utils").rglob("*.py") if path.stem != "__init__")
ABOVE = sorted(path for folder in ("plugin_utils", "action", "filter", "inventory") for path in (PLUGINS / folder).rglob("*.py"))
DESCRIPTIONS = sorted(path for path in (PLUGINS / "module_utils/_resources").glob("*.py") if path.stem != "__init__")
# Modules that are their documentation only, because the action plugin does it all
ON_THE_CONTROLLER = {"local_files", "notice", "project_lock", "report_block"}
MODULES = sorted(path for path in (PLUGINS / "modules").glob("*.py") if path.stem != "__init__")
COLLECTION = PLUGINS.parent
TEXTS = sorted(path for folder, pattern in (
    ("roles", "*.yml"), ("playbooks", "*.yml"), ("playbooks", "*.j2"), ("plugins", "*.j2"), ("extensions/awx", "*.yml"),
) for path in (COLLECTION / folder).rglob(pattern))
# A role that is about one kind says which
NAMING_KINDS = {"roles/drs_stop/vars/main.yml"}


def for_each(paths):
    """Make one test of a rule about a file: it tries all, and names each that breaks the rule."""
    def test_of(rule):
        def test():
            with each_case() as case:
                for path in dict.fromkeys(paths):
                    with case(path.relative_to(COLLECTION).as_posix()):
                        rule(path)

        test.__doc__ = rule.__doc__
        return test
    return test_of


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path):
    """Full names of all that a file imports, wherever in it."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def room(name):
    """The package of a module below plugins/, by its dotted name: `module_utils._base`, `plugin_utils`, `action`."""
    first, *rest = name.split(".")
    return f"{first}.{rest[0]}" if rest and (PLUGINS / first / rest[0]).is_dir() else first


def rooms_seen(path):
    """The packages of this collection that a file imports from, its own left out."""
    names = {name[len(PREFIX):] for name in imported(path) if name.startswith(PREFIX)}
    return {room(name) for name in names} - {room_of(path)}


def room_of(path):
    return room(".".join(path.relative_to(PLUGINS).with_suffix("").parts))


def ranks():
    """Package -> its floor."""
    lower, upper = (line.partition(": ")[2].split(" | ") for line in (FLOORS, UPPER_FLOORS))
    floors = [[f"module_utils.{name}" for name in floor.split()] for floor in lower]
    for floor in upper:
        floors.append([{".": "plugin_utils"}.get(name, f"plugin_utils.{name}" if name[0] == "_" else name) for name in floor.split()])
    return {name: number for number, floor in enumerate(floors) for name in floor}


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 20 and len(ABOVE) > 20 and len(DESCRIPTIONS) >= 4 and len(MODULES) >= 2 * len(DESCRIPTIONS)
    assert {room_of(path) for path in [*SOURCES, *ABOVE]} == set(ranks())


def test_the_page_shows_the_floors():
    page = (COLLECTION / "docs/dev/architecture.md").read_text(encoding="utf-8").splitlines()
    assert FLOORS in page and UPPER_FLOORS in page


@for_each([*SOURCES, *ABOVE])
def test_imports_go_down(path):
    rank, here = ranks(), room_of(path)
    upward = {name for name in rooms_seen(path) if rank[name] >= rank[here]}
    assert not upward, f"{here}.{path.stem} imports {', '.join(sorted(upward))} from beside or above it"
    assert rooms_seen(path) <= NARROW.get(here, set(rank))


def test_files_are_named_after_things():
    """A gerund names an activity, not the content of a file. `paging` is an exception."""
    assert {path.stem for path in [*SOURCES, *ABOVE] if path.stem.endswith("ing")} <= {"paging"}


def test_no_circle_within_a_package():
    graph = {path.relative_to(PLUGINS).with_suffix("").as_posix().replace("/", "."): path for path in [*SOURCES, *ABOVE]}
    below = {}
    for name, path in graph.items():
        seen = {one[len(PREFIX):] for one in imported(path) if one.startswith(PREFIX)}
        below[name] = {other for other in graph for one in seen if one == other or one.startswith(f"{other}.")}
    while below:
        leaves = {name for name, others in below.items() if not others & below.keys()}
        assert leaves, f"a circle among {sorted(below)}"
        below = {name: others for name, others in below.items() if name not in leaves}


def shipped_with(path):
    """What Ansible ships to a host with a module: all that it imports, and what that imports."""
    files = {one.relative_to(PLUGINS).with_suffix("").as_posix().replace("/", "."): one for one in SOURCES}
    waiting, seen = [path], set()
    while waiting:
        names = {name[len(PREFIX):] for name in imported(waiting.pop()) if name.startswith(PREFIX)}
        found = {name for name in files if names & {name} or any(one.startswith(f"{name}.") for one in names)} - seen
        seen |= found
        waiting += [files[name] for name in sorted(found)]
    return seen


@for_each(MODULES)
def test_a_module_ships_what_it_needs(path):
    """A login carries no engine and no kinds, a question to the services no engine, one kind no other kind."""
    files = shipped_with(path)
    rooms, own = {room(name) for name in files}, path.stem.removesuffix("_info")
    kinds = {name.rpartition(".")[2] for name in files if room(name) == "module_utils._resources"}
    engine = {name.rpartition(".")[2] for name in files if room(name) == "module_utils._engine"}
    every_kind = {one.stem for one in DESCRIPTIONS}
    if path.stem in ON_THE_CONTROLLER:
        assert not files
    elif path.stem in ("iam_token", "iam_project_info"):
        assert not rooms & {"module_utils._engine", "module_utils._resources"}
    elif path.stem == "iam_caller_info":
        assert kinds == every_kind and not engine
    else:
        assert kinds == ({own} if own in every_kind else every_kind) and {"decision", "run"} <= engine


@for_each(DESCRIPTIONS)
def test_descriptions_of_resources_are_data(path):
    assert {name.partition(".")[0] for name in imported(path)} <= {"__future__", "ansible_collections"}
    for node in ast.walk(tree_of(path)):
        assert not isinstance(node, (ast.If, ast.For, ast.While, ast.Try, ast.ClassDef, ast.With)), ast.dump(node)[:80]


@for_each(SOURCES)
def test_each_library_is_imported_in_one_place(path):
    for name in {name.partition(".")[0] for name in imported(path)} - {"ansible_collections"} - STANDARD:
        assert path.stem in FOREIGN.get(name, set()), f"{path.stem} imports {name}"


def test_requests_is_imported_in_transport_only():
    users = {path.stem for path in PLUGINS.rglob("*.py") for name in imported(path)
             if name.split(".")[0] in ("requests", "urllib3")}
    assert users == {"transport"}


def test_nothing_talks_to_the_network_behind_its_back():
    for path in PLUGINS.rglob("*.py"):
        names = set(imported(path))
        behind = {"http.client", "urllib.request", "socket", "ssl", "ansible.module_utils.urls.open_url"}
        assert not {name for name in names for wanted in behind if name == wanted or name.startswith(f"{wanted}.")}
        assert not any(name.startswith("ansible.module_utils.urls") for name in names)


def about_kinds(node):
    """Whether a comparison asks which kind of job it has before it."""
    sides = [node.left, *node.comparators]
    asks = any(isinstance(side, ast.Attribute) and side.attr == "name" and "resource" in ast.unparse(side.value).lower()
               for side in sides)
    constants = [part.value for side in sides for part in ast.walk(side) if isinstance(part, ast.Constant)]
    return asks and any(isinstance(value, str) for value in constants)


@for_each([path for path in [*SOURCES, *ABOVE] if path not in DESCRIPTIONS and "Generated by `make kinds`" not in path.read_text("utf-8")])
def test_no_code_asks_which_kind_of_job_it_has(path):
    kinds = {description.stem for description in DESCRIPTIONS}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Compare):
            text = ast.unparse(node)
            assert "resource.name ==" not in text and "resource.name !=" not in text, text
            assert not about_kinds(node), text
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert node.value not in kinds, f"{path.stem} names {node.value}"


@for_each(TEXTS)
def test_no_role_playbook_or_template_names_a_kind(path):
    """But for what `make kinds` writes between its marks."""
    text = without_blocks(path.read_text(encoding="utf-8"))
    named = {description.stem for description in DESCRIPTIONS if re.search(rf"\b{description.stem}(?:_info)?\b", text)}
    if path.relative_to(COLLECTION).as_posix() in NAMING_KINDS:
        assert named, "names no kind any more; take it out of NAMING_KINDS"
    else:
        assert not named, f"names {', '.join(sorted(named))}; leave it to `make kinds`, or to the rows"


@for_each(MODULES)
def test_a_module_is_its_documentation_and_a_line_or_two(path):
    body = tree_of(path).body
    texts = [node.targets[0].id for node in body if isinstance(node, ast.Assign)]
    assert texts == ["DOCUMENTATION", "EXAMPLES", "RETURN"]
    if path.stem in ON_THE_CONTROLLER:
        assert len(body) == len(texts) + 1
        return
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == ["main"]
    statements = [node for node in functions[0].body if not isinstance(getattr(node, "value", None), ast.Constant)]
    assert 1 <= len(statements) <= 2
    others = [node for node in body if not isinstance(node, (ast.Assign, ast.FunctionDef, ast.ImportFrom))]
    assert [ast.unparse(node) for node in others] == ["if __name__ == '__main__':\n    main()"]


@for_each(MODULES)
def test_a_module_imports_its_entry_and_its_description_only(path):
    assert rooms_seen(path) <= {"module_utils._modules", "module_utils._resources"}
    description = path.stem.removesuffix("_info")
    if description not in {one.stem for one in DESCRIPTIONS}:
        assert rooms_seen(path) <= {"module_utils._modules"}
    else:
        assert f"{PREFIX}module_utils._resources.{description}.RESOURCE" in set(imported(path))


@for_each([*SOURCES, *DESCRIPTIONS, *MODULES])
def test_no_file_is_long_and_each_says_what_it_is(path):
    text = path.read_text(encoding="utf-8")
    if path.stem == "__init__":
        return
    assert len(text.splitlines()) <= 300
    assert "SPDX-License-Identifier: GPL-3.0-or-later" in text[:400]
    if path not in MODULES:
        assert ast.get_docstring(tree_of(path))


@for_each([*SOURCES, *DESCRIPTIONS])
def test_time_and_chance_are_parameters(path):
    """Only those who put the parts together may take the real clock, and sockets know no other; others get theirs handed."""
    if path.stem in ("stop", "info", "client", "rate_limit", "read_timeout"):
        return
    used = {ast.unparse(node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
    assert not used & {"time.sleep", "time.time", "time.monotonic", "random.random"}
