"""The shape of the code: who may import whom, what stays out of the core, and how long things may be.

Each check is a function from one module to complaints, and is tried below on small sources that break it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent

MODULE_LINES = 300
FUNCTION_LINES = 60

LEFT_OF: dict[str, set[str]] = {
    "backup": set(),
    "cluster": {"backup"},
    "lint": {"backup", "cluster"},
    "migrate": {"backup", "cluster"},
    "runbook": {"backup", "cluster"},
    "report": {"backup", "cluster"},
    "cli": {"backup", "cluster", "lint", "migrate", "runbook", "report"},
}
"""For each room, the rooms it may import from besides itself."""

RESULT_TYPES = {
    "cibtools.lint.finding", "cibtools.lint.rule", "cibtools.lint.run",
    "cibtools.migrate.change", "cibtools.migrate.outcome", "cibtools.migrate.product",
    "cibtools.migrate.proof.judge", "cibtools.migrate.proof.compare",
    "cibtools.runbook.model", "cibtools.runbook.statement", "cibtools.runbook.step", "cibtools.runbook.words",
}  # fmt: skip
"""What `report` may know of the rooms whose results it draws."""

LEAVES = {"cibtools", "cibtools.errors", "cibtools.packaged"}
"""Modules that anybody may import, and that import nothing of ours but each other (types aside)."""

READERS = ("cibtools.backup.", "cibtools.lint.catalogue", "cibtools.packaged")
"""Modules outside `cli` that may read files."""

READING = {"read_text", "read_bytes", "iterdir", "rglob", "os.listdir", "os.scandir", "os.walk", "os.stat", "os.lstat"}
WRITING = {"write_text", "write_bytes", "mkdir", "makedirs", "unlink", "rmdir", "rmtree", "touch", "symlink_to"}

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
        elif module.room == "report" and room in {"lint", "migrate", "runbook"}:
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
    """Outside `cli` nothing writes a file; only the loaders read one."""
    if module.room == "cli":
        return
    may_read = module.name.startswith(READERS)
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id="open")):
                if not may_read or _writes(node.args[1:], node.keywords):
                    yield f"{node.lineno}: open()"
            case ast.Call(func=ast.Attribute(attr="open")):
                if not may_read or _writes(node.args, node.keywords):
                    yield f"{node.lineno}: .open()"
            case ast.Call(func=ast.Attribute(attr=name) as function):
                if name in WRITING or (not may_read and {name, ast.unparse(function)} & READING):
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

    So may `__main__`, where an error that nobody foresaw becomes an exit status.
    """
    if module.name == "cibtools.__main__":
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


CHECKS: tuple[Callable[[Module], Iterator[str]], ...] = (
    import_direction, ambient_access, file_access, size, catch_all, drawer,
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


def test_the_modules_are_found() -> None:
    assert {"cibtools", "cibtools.errors", "cibtools.cli.main"} <= {_dotted(path) for path in PATHS}


_LONG = "def f():\n" + "    pass\n" * FUNCTION_LINES


@pytest.mark.parametrize(
    ("check", "name", "source"),
    [
        (import_direction, "cibtools.backup.xml", "from cibtools.cluster.model import Cluster"),
        (import_direction, "cibtools.cluster.model", "import cibtools.lint.finding"),
        (import_direction, "cibtools.lint.engine", "from cibtools.migrate import pipeline"),
        (import_direction, "cibtools.lint.engine", "from cibtools import report"),
        (import_direction, "cibtools.migrate.pipeline", "def f():\n    from cibtools.lint.engine import run"),
        (import_direction, "cibtools.report.text", "from cibtools.lint.engine import Engine"),
        (import_direction, "cibtools.report.text", "from cibtools.cli.main import cli"),
        (import_direction, "cibtools.lint.engine", "from ..report import text"),
        (import_direction, "cibtools.errors", "from cibtools.backup.source import Location"),
        (import_direction, "cibtools.garage", "import os"),
        (ambient_access, "cibtools.report.text", "print('x')"),
        (ambient_access, "cibtools.report.text", "import sys\nsys.stdout.write('x')"),
        (ambient_access, "cibtools.report.text", "from sys import stdout"),
        (ambient_access, "cibtools.lint.engine", "import os\nhome = os.environ['HOME']"),
        (ambient_access, "cibtools.lint.engine", "from os import environ"),
        (ambient_access, "cibtools.lint.engine", "import pathlib\nhere = pathlib.Path.cwd()"),
        (ambient_access, "cibtools.lint.engine", "import time"),
        (ambient_access, "cibtools.lint.engine", "from time import perf_counter"),
        (ambient_access, "cibtools.lint.engine", "import datetime\nnow = datetime.datetime.now()"),
        (file_access, "cibtools.backup.loader", "open('x', 'wb')"),
        (file_access, "cibtools.backup.loader", "path.open(mode='a')"),
        (file_access, "cibtools.backup.loader", "path.write_text('')"),
        (file_access, "cibtools.lint.engine", "open('x')"),
        (file_access, "cibtools.lint.engine", "path.read_bytes()"),
        (file_access, "cibtools.lint.engine", "import os\nos.walk('.')"),
        (size, "cibtools.lint.engine", "\n" * (MODULE_LINES + 1)),
        (size, "cibtools.lint.engine", _LONG),
        (catch_all, "cibtools.cli.main", "try:\n    f()\nexcept:\n    pass"),
        (catch_all, "cibtools.cli.main", "try:\n    f()\nexcept Exception as e:\n    raise X from e"),
        (catch_all, "cibtools.cli.main", "try:\n    f()\nexcept (OSError, BaseException):\n    pass"),
        (drawer, "cibtools.lint.utils", ""),
    ],
)
def test_a_check_complains(check: Callable[[Module], Iterator[str]], name: str, source: str) -> None:
    assert list(check(Module(name, source)))


@pytest.mark.parametrize(
    ("check", "name", "source"),
    [
        (import_direction, "cibtools.cluster.build", "from cibtools.backup.document import Document"),
        (import_direction, "cibtools.lint.engine", "from cibtools import __version__, packaged"),
        (import_direction, "cibtools.report.text", "from cibtools.lint.finding import Finding"),
        (import_direction, "cibtools.report.text", "from cibtools.lint import finding"),
        (import_direction, "cibtools.errors", "if TYPE_CHECKING:\n    from cibtools.backup.source import Location"),
        (import_direction, "cibtools.__main__", "from cibtools.cli.main import cli"),
        (ambient_access, "cibtools.cli.lint", "import sys, time\nprint(sys.argv)"),
        (ambient_access, "cibtools.lint.engine", "import datetime\nday = datetime.date(2009, 1, 1)"),
        (file_access, "cibtools.backup.loader", "open('x', 'rb').read()"),
        (file_access, "cibtools.lint.catalogue", "path.read_text()"),
        (file_access, "cibtools.cluster.model", "resource.walk()"),
        (file_access, "cibtools.cli.files", "path.write_text('')"),
        (size, "cibtools.lint.engine", "\n" * MODULE_LINES),
        (catch_all, "cibtools.cli.files", "try:\n    f()\nexcept BaseException:\n    g()\n    raise"),
        (catch_all, "cibtools.cli.main", "try:\n    f()\nexcept (OSError, ValueError):\n    pass"),
        (catch_all, "cibtools.__main__", "try:\n    f()\nexcept Exception:\n    pass"),
    ],
)
def test_a_check_keeps_quiet(check: Callable[[Module], Iterator[str]], name: str, source: str) -> None:
    assert not list(check(Module(name, source)))
