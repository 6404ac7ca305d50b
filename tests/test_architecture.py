"""The shape of the code: who may import whom, what stays out of the core, and how long things may be.

Each check is a function from one module to complaints, and is tried below on small sources that break it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import zip_longest
from pathlib import Path, PurePosixPath

import pytest

REPO = Path(__file__).resolve().parent.parent

MODULE_LINES = 250
FUNCTION_LINES = 40
FOLDER_FILES = 25
"""Most files of one folder, its `__init__` included."""

LEFT_OF: dict[str, set[str]] = {
    "backup": set(),
    "cluster": {"backup"},
    "lint": {"backup", "cluster"},
    "migrate": {"backup", "cluster"},
    "runbook": {"backup", "cluster"},
    "rehearsal": {"backup", "cluster", "migrate", "runbook"},
    "briefing": {"backup", "cluster", "lint", "migrate", "runbook"},
    "fleet": {"backup", "cluster"},
    "report": {"backup", "cluster"},
    "cli": {"backup", "cluster", "lint", "migrate", "runbook", "rehearsal", "briefing", "fleet", "report"},
}
"""For each room, the rooms it may import from besides itself."""

RESULT_TYPES = {
    "cibtools.lint.record.finding", "cibtools.lint.record.rule", "cibtools.lint.record.outcome",
    "cibtools.migrate.record.change", "cibtools.migrate.record.outcome", "cibtools.migrate.record.product",
    "cibtools.migrate.proof.judge", "cibtools.migrate.proof.compare",
    "cibtools.runbook.plan.runbook", "cibtools.runbook.plan.statement", "cibtools.runbook.plan.step",
    "cibtools.runbook.plan.enums", "cibtools.briefing.record", "cibtools.fleet.record",
}  # fmt: skip
"""What `report` may know of the rooms whose results it draws."""

LEAVES = {"cibtools", "cibtools.errors", "cibtools.location", "cibtools.number", "cibtools.packaged", "cibtools.toml"}
"""Modules that anybody may import, and that import nothing of ours but each other (types aside)."""

READERS = ("cibtools.backup.", "cibtools.cluster.vocabulary.data", "cibtools.lint.catalogue.load", "cibtools.packaged")
"""Modules outside `cli` that may read files."""

WRITERS = {
    "cibtools.cli.outputs.aside", "cibtools.cli.outputs.directory", "cibtools.cli.outputs.write", "cibtools.cli.border",
    "cibtools.cli.rehearsal.stage",
}  # fmt: skip
"""The modules that write files, for all commands; nobody comes to them but by way of the guard. The border opens the
standard streams where a caller has closed them, and no file; the stage of a rehearsal is a temporary directory."""

READING = {"read_text", "read_bytes", "iterdir", "rglob", "os.listdir", "os.scandir", "os.walk", "os.stat", "os.lstat"}
WRITING = {
    "write_text", "write_bytes", "mkdir", "makedirs", "unlink", "os.remove", "os.open", "rmdir", "rmtree", "touch",
    "symlink_to", "hardlink_to", "link", "rename", "renames", "truncate", "chmod", "fchmod", "mkstemp", "copyfile",
    "copy2",
}  # fmt: skip

AMBIENT = {
    ("sys", "stdin"), ("sys", "stdout"), ("sys", "stderr"), ("sys", "argv"), ("sys", "exit"),
    ("os", "environ"), ("os", "getenv"), ("os", "getcwd"), ("os", "chdir"), ("os", "urandom"),
    ("Path", "cwd"), ("Path", "home"),
    ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"),
}  # fmt: skip
"""What a program finds around it rather than among its arguments, as `name.attribute`."""

AMBIENT_MODULES = {"time", "random", "secrets", "tempfile", "shutil"}


@dataclass(frozen=True)
class Module:
    """One module of cibtools under its dotted name."""

    name: str
    source: str
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", ast.parse(self.source))

    @property
    def room(self) -> str:
        """The folder below `cibtools`, or nothing for a leaf; `__main__` only starts `cli`."""
        if self.name in LEAVES:
            return ""
        room = self.name.split(".")[1]
        return "cli" if room == "__main__" else room


def _inside(node: ast.AST) -> set[ast.AST]:
    return set(ast.walk(node))


def _for_types_only(tree: ast.Module) -> set[ast.AST]:
    """Return all that stands under `if TYPE_CHECKING:`."""
    guards = (node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    return {inner for guard in guards for statement in guard.body for inner in _inside(statement)}


def _imports(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each import with the dotted name it brings in; of `from m import n`, both `m` and `n`."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for name in names:
                    yield node, name.name
            case ast.ImportFrom(module=module, names=names, level=level):
                for name in names:
                    yield node, f"{'.' * level}{module or ''}.{name.name}"


def import_direction(module: Module) -> Iterator[str]:
    """Imports go to the left only."""
    if module.room and module.room not in LEFT_OF:
        yield f"1: '{module.room}' is no room of the house"
        return
    for_types = _for_types_only(module.tree)
    for node, target in _imports(module.tree):
        if target.startswith("."):
            yield f"{node.lineno}: {target} is a relative import"
        parts = target.split(".")
        if parts[0] != "cibtools" or target in LEAVES or ".".join(parts[:2]) in LEAVES - {"cibtools"}:
            continue
        room = parts[1]
        if room not in LEFT_OF:  # `from cibtools import __version__`
            continue
        if module.room == "":
            allowed = node in for_types
        elif module.room == "report" and room in {"lint", "migrate", "runbook", "briefing", "fleet"}:
            allowed = target in RESULT_TYPES or ".".join(parts[:-1]) in RESULT_TYPES
        else:
            allowed = room == module.room or room in LEFT_OF[module.room]
        if not allowed:
            yield f"{node.lineno}: imports {target}"


def ambient_access(module: Module) -> Iterator[str]:
    """Outside `cli` nothing prints, and nothing asks for the time, the environment or the working directory."""
    if module.room == "cli":
        return
    for node, target in _imports(module.tree):
        top, _, name = target.partition(".")
        if top in AMBIENT_MODULES or (top, name) in AMBIENT:
            yield f"{node.lineno}: imports {target}"
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id="print" | "input" as name)):
                yield f"{node.lineno}: {name}()"
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                if (owner, name) in AMBIENT:
                    yield f"{node.lineno}: {owner}.{name}"


def file_access(module: Module) -> Iterator[str]:
    """Only the writers write a file; outside `cli` only the loaders read one."""
    if module.name in WRITERS:
        return
    may_read = module.room == "cli" or module.name.startswith(READERS)
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id="open")):
                if not may_read or _writes(node.args[1:], node.keywords):
                    yield f"{node.lineno}: open()"
            case ast.Call(func=ast.Attribute(attr="open")):
                if not may_read or _writes(node.args, node.keywords):
                    yield f"{node.lineno}: .open()"
            case ast.Call(func=ast.Attribute(attr=name) as function):
                if {name, ast.unparse(function)} & WRITING or (
                    not may_read and {name, ast.unparse(function)} & READING
                ):
                    yield f"{node.lineno}: .{name}()"


def _writes(arguments: list[ast.expr], keywords: list[ast.keyword]) -> bool:
    """Tell whether one of the arguments is a mode such as `w` or `rb+`."""
    values = [*arguments, *(keyword.value for keyword in keywords if keyword.arg == "mode")]
    return any(
        isinstance(value, ast.Constant) and re.fullmatch(r"[wax][bt+]*|r[bt]*\+[bt]*", str(value.value))
        for value in values
    )


def size(module: Module) -> Iterator[str]:
    """A module and a function each do one thing, and fit on a few screens."""
    lines = module.source.count("\n")
    if lines > MODULE_LINES:
        yield f"1: {lines} lines, more than {MODULE_LINES}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{node.lineno}: {node.name} has {length} lines, more than {FUNCTION_LINES}"


def catch_all(module: Module) -> Iterator[str]:
    """An `except` names the error that is meant; one that cleans up and raises again may catch all.

    So may the border, where an error that nobody foresaw becomes an exit status.
    """
    if module.name == "cibtools.cli.border":
        return
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        last = node.body[-1]
        if isinstance(last, ast.Raise) and last.exc is None:
            continue
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        for kind in kinds:
            if kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}):
                yield f"{node.lineno}: except {kind.id if kind else ''}".rstrip()


def drawer(module: Module) -> Iterator[str]:
    """No module is a drawer for odds and ends."""
    if module.name.rsplit(".", 1)[-1] in {"utils", "util", "helpers", "misc", "common"}:
        yield "1: the name says nothing of what is inside"


def record(module: Module) -> Iterator[str]:
    """Records are `msgspec.Struct`s: Python writes and compiles the source of a dataclass anew at each start."""
    for node, target in _imports(module.tree):
        if target.partition(".")[0] == "dataclasses":
            yield f"{node.lineno}: imports {target}; a record is a msgspec.Struct"


CHECKS: tuple[Callable[[Module], Iterator[str]], ...] = (
    import_direction, ambient_access, file_access, size, catch_all, drawer, record,
)  # fmt: skip

PATHS = sorted((REPO / "cibtools").rglob("*.py"))


def _dotted(path: Path) -> str:
    parts = path.relative_to(REPO).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", PATHS, ids=_dotted)
def test_every_module_keeps_the_rules(path: Path) -> None:
    module = Module(_dotted(path), path.read_text(encoding="utf-8"))
    complaints = [f"{path.relative_to(REPO)}:{complaint}" for check in CHECKS for complaint in check(module)]
    assert not complaints, "\n".join(complaints)


def circles(imports: dict[str, set[str]]) -> Iterator[str]:
    """Yield the circles of imports, level by level: in each folder, its files and folders are the rooms compared.

    Imports for types alone count too: a reader has to know both sides all the same.
    """
    levels: dict[str, dict[str, set[str]]] = {}
    for module, targets in imports.items():
        for target in targets - {module}:
            mine, theirs = module.split("."), target.split(".")
            depth = next(index for index, pair in enumerate(zip_longest(mine, theirs)) if pair[0] != pair[1])
            if depth < min(len(mine), len(theirs)):
                rooms = levels.setdefault(".".join(mine[:depth]), {})
                rooms.setdefault(mine[depth], set()).add(theirs[depth])
    for level, rooms in sorted(levels.items()):
        try:
            TopologicalSorter(rooms).prepare()
        except CycleError as error:
            yield f"{level}: {' <- '.join(error.args[1])}"


def _imported(path: Path) -> set[str]:
    """Return the modules of cibtools that a module imports."""
    names = {_dotted(other) for other in PATHS}
    found = {target for _, target in _imports(ast.parse(path.read_text(encoding="utf-8")))}
    return {target if target in names else target.rpartition(".")[0] for target in found} & names


def test_no_files_and_no_folders_import_each_other_in_a_circle() -> None:
    found = list(circles({_dotted(path): _imported(path) for path in PATHS if path.name != "__init__.py"}))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("imports", "found"),
    [
        ({"c.a.x": {"c.b.y"}, "c.b.y": {"c.d"}}, []),
        ({"c.a.x": {"c.a.y"}, "c.a.y": {"c.a.x"}}, ["c.a: "]),
        # No file is in a circle here, but the folders are.
        ({"c.a.x": {"c.b.y"}, "c.b.z": {"c.a.w"}}, ["c: "]),
        ({"c.a.x": {"c.b"}, "c.b": {"c.a.w"}}, ["c: "]),
    ],
)
def test_circles_are_found_between_files_and_between_folders(imports: dict[str, set[str]], found: list[str]) -> None:
    said = list(circles(imports))
    assert len(said) == len(found)
    assert all(line.startswith(start) for line, start in zip(said, found, strict=True))


def test_every_folder_says_what_lives_there() -> None:
    folders = [path for path in PATHS if path.name == "__init__.py"]
    assert not [path for path in folders if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    crowded = [folder.parent.name for folder in folders if len(list(folder.parent.glob("*.py"))) > FOLDER_FILES]
    assert not crowded


OUTSIDE = {"pacemaker", "bench", "fuzz"}
"""Rooms of tests that no room of code has: what the real Pacemaker says of all results, how long things take, and that
no input breaks any command."""


def misplaced(test: PurePosixPath, modules: set[PurePosixPath]) -> str:
    """Tell why a test module, given by its path below `tests`, does not lie where its subject does; or nothing.

    `a/b/test_c.py` is about `a/b/c.py` or the folder `a/b/c`; under another name, about all of `a/b`.
    """
    if len(test.parts) == 1 or test.parts[0] in OUTSIDE:
        return ""
    folders = {folder for module in modules for folder in module.parents}
    subject = test.with_name(test.name.removeprefix("test_"))
    if test.parent not in folders:
        return f"cibtools has no folder {test.parent}"
    if subject in modules or subject.with_suffix("") in folders:
        return ""
    elsewhere = [str(one) for one in modules if one.name == subject.name and one.parts[0] == test.parts[0]]
    return f"its subject is {', '.join(sorted(elsewhere))}" if elsewhere else ""


def _below(folder: Path, pattern: str) -> set[PurePosixPath]:
    return {PurePosixPath(path.relative_to(folder).as_posix()) for path in folder.rglob(pattern)}


def test_tests_lie_where_their_subject_does() -> None:
    modules = _below(REPO / "cibtools", "*.py")
    wrong = {str(test): misplaced(test, modules) for test in sorted(_below(REPO / "tests", "test_*.py"))}
    assert {test: why for test, why in wrong.items() if why} == {}
    assert not [str(module) for module in modules if module.name.startswith("test")], "pytest would collect these"


@pytest.mark.parametrize(
    ("test", "right"),
    [
        ("a/b/test_c.py", True),
        ("a/test_b.py", True),
        ("a/b/test_whole.py", True),
        ("test_program.py", True),
        ("pacemaker/test_c.py", True),
        ("a/test_c.py", False),
        ("a/d/test_c.py", False),
        ("d/test_c.py", False),
    ],
)
def test_a_misplaced_test_is_found(test: str, right: bool) -> None:
    assert (misplaced(PurePosixPath(test), {PurePosixPath("a/b/c.py")}) == "") is right


def test_the_modules_are_found() -> None:
    assert {"cibtools", "cibtools.errors", "cibtools.cli.main"} <= {_dotted(path) for path in PATHS}


_LONG = "def f():\n" + "    pass\n" * FUNCTION_LINES


@pytest.mark.parametrize(
    ("check", "name", "source"),
    [
        (import_direction, "cibtools.backup.cib.read", "from cibtools.cluster.model.objects import Cluster"),
        (import_direction, "cibtools.cluster.model.objects", "import cibtools.lint.record.finding"),
        (import_direction, "cibtools.lint.engine.run", "from cibtools.migrate import pipeline"),
        (import_direction, "cibtools.lint.engine.run", "from cibtools import report"),
        (import_direction, "cibtools.migrate.pipeline", "def f():\n    from cibtools.lint.engine.run import run"),
        (import_direction, "cibtools.report.lint.formats.text", "from cibtools.lint.engine.run import Engine"),
        (import_direction, "cibtools.report.lint.formats.text", "from cibtools.cli.main import cli"),
        (import_direction, "cibtools.lint.engine.run", "from ..report import text"),
        (import_direction, "cibtools.errors", "from cibtools.backup.record.source import Location"),
        (import_direction, "cibtools.garage", "import os"),
        (ambient_access, "cibtools.report.lint.formats.text", "print('x')"),
        (ambient_access, "cibtools.report.lint.formats.text", "import sys\nsys.stdout.write('x')"),
        (ambient_access, "cibtools.report.lint.formats.text", "from sys import stdout"),
        (ambient_access, "cibtools.lint.engine.run", "import os\nhome = os.environ['HOME']"),
        (ambient_access, "cibtools.lint.engine.run", "from os import environ"),
        (ambient_access, "cibtools.lint.engine.run", "import pathlib\nhere = pathlib.Path.cwd()"),
        (ambient_access, "cibtools.lint.engine.run", "import time"),
        (ambient_access, "cibtools.lint.engine.run", "from time import perf_counter"),
        (ambient_access, "cibtools.lint.engine.run", "import datetime\nnow = datetime.datetime.now()"),
        (file_access, "cibtools.backup.files.walk", "open('x', 'wb')"),
        (file_access, "cibtools.backup.files.walk", "path.open(mode='a')"),
        (file_access, "cibtools.backup.files.walk", "path.write_text('')"),
        (file_access, "cibtools.lint.engine.run", "open('x')"),
        (file_access, "cibtools.cli.commands.lint", "path.write_text('')"),
        (file_access, "cibtools.cli.inputs.cache", "path.open('wb')"),
        (file_access, "cibtools.lint.engine.run", "path.read_bytes()"),
        (file_access, "cibtools.lint.engine.run", "import os\nos.walk('.')"),
        (size, "cibtools.lint.engine.run", "\n" * (MODULE_LINES + 1)),
        (size, "cibtools.lint.engine.run", _LONG),
        (catch_all, "cibtools.cli.main", "try:\n    f()\nexcept:\n    pass"),
        (catch_all, "cibtools.cli.main", "try:\n    f()\nexcept Exception as e:\n    raise X from e"),
        (catch_all, "cibtools.cli.main", "try:\n    f()\nexcept (OSError, BaseException):\n    pass"),
        (drawer, "cibtools.lint.utils", ""),
        (record, "cibtools.cluster.model.objects", "from dataclasses import dataclass"),
    ],
)
def test_a_check_complains(check: Callable[[Module], Iterator[str]], name: str, source: str) -> None:
    assert list(check(Module(name, source)))


@pytest.mark.parametrize(
    ("check", "name", "source"),
    [
        (import_direction, "cibtools.cluster.model.build", "from cibtools.backup.document import Document"),
        (import_direction, "cibtools.lint.engine.run", "from cibtools import __version__, packaged"),
        (import_direction, "cibtools.report.lint.formats.text", "from cibtools.lint.record.finding import Finding"),
        (import_direction, "cibtools.report.lint.formats.text", "from cibtools.lint.record import finding"),
        (
            import_direction,
            "cibtools.errors",
            "if TYPE_CHECKING:\n    from cibtools.backup.record.source import Location",
        ),
        (import_direction, "cibtools.__main__", "from cibtools.cli.main import cli"),
        (ambient_access, "cibtools.cli.commands.lint", "import sys, time\nprint(sys.argv)"),
        (ambient_access, "cibtools.lint.engine.run", "import datetime\nday = datetime.date(2009, 1, 1)"),
        (file_access, "cibtools.backup.files.walk", "open('x', 'rb').read()"),
        (file_access, "cibtools.lint.catalogue.load", "path.read_text()"),
        (file_access, "cibtools.cluster.model.objects", "resource.walk()"),
        (file_access, "cibtools.cli.outputs.write", "path.write_text('')"),
        (size, "cibtools.lint.engine.run", "\n" * MODULE_LINES),
        (catch_all, "cibtools.cli.outputs.write", "try:\n    f()\nexcept BaseException:\n    g()\n    raise"),
        (catch_all, "cibtools.cli.main", "try:\n    f()\nexcept (OSError, ValueError):\n    pass"),
        (catch_all, "cibtools.cli.border", "try:\n    f()\nexcept Exception:\n    pass"),
        (record, "cibtools.cluster.model.objects", "from msgspec import Struct"),
    ],
)
def test_a_check_keeps_quiet(check: Callable[[Module], Iterator[str]], name: str, source: str) -> None:
    assert not list(check(Module(name, source)))
