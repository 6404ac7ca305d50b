"""Declarations of side files: one new module is enough, and what is generated from them agrees."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.registry import all_kinds, side_file, side_files

RINGS = '''
"""rings.conf: a side file that this test made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cibtools.backup.record.kind import Kind
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source, Span
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline


@dataclass(frozen=True, slots=True, eq=False)
class Rings:
    rings: tuple[str, ...]
    problems: tuple[Problem, ...]

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        yield f"rings {' and '.join(self.rings)}"


def _recognise(outline: Outline) -> Answer:
    return (90, "it lists rings") if set(outline.words) == {"ring"} else None


def _parse(source: Source) -> Rings:
    words = [line.split() for line in source.text.splitlines()]
    return Rings(
        tuple(found[1] for found in words if len(found) > 1),
        tuple(Problem("no-value", "a ring has no name", Span(0, 4)) for found in words if len(found) == 1),
    )


SIDE_FILE = SideFile(
    kind=Kind("rings"), order=65, recognise=_recognise, names=("rings.conf",), parse=_parse, subject="Rings"
)
'''


@pytest.mark.slow
def test_a_new_side_file_is_one_new_module(repo: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for folder in ("cibtools", "rules", "schemas"):
        shutil.copytree(repo / folder, copy / folder, ignore=ignored)
    (copy / "cibtools/backup/sides/rings.py").write_text(RINGS)
    backup = tmp_path / "backup"
    (backup / "nodes/host1/etc").mkdir(parents=True)
    (backup / "cib.xml").write_text("<cib><configuration/></cib>")
    (backup / "nodes/host1/etc/rings.conf").write_text("ring red\nring blue\n")
    (backup / "nodes/host1/etc/unnamed").write_text("ring green\nring\n")

    def cibtools(*arguments: str) -> str:
        command = [sys.executable, "-m", "cibtools", *arguments]
        return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False).stdout

    shown = cibtools("show", str(backup))
    assert re.search(r"Rings .*rings red and blue", shown), shown
    assert re.search(r"rings +nodes/host1/etc/unnamed", shown), shown
    assert "rings red" in cibtools("show", "--kind", f"{backup}/cib.xml=cib", str(backup))
    forced = cibtools("show", "--kind", f"{backup}/nodes/host1/etc/unnamed=rings", str(backup))
    assert "--kind says so" in forced, forced


def test_every_kind_has_one_declaration_at_most() -> None:
    kinds = [one.kind for one in side_files()]
    assert len(set(kinds)) == len(kinds)
    assert all(side_file(one.kind) is one for one in side_files())
    assert set(kinds) <= set(all_kinds())
    assert len({kind.value for kind in all_kinds()}) == len(all_kinds())


def test_names_suggest_one_kind_each() -> None:
    names = [name for one in side_files() for name in one.names]
    assert len(set(names)) == len(names)


@pytest.fixture
def hook(repo: Path) -> re.Pattern[str]:
    (found,) = yaml.safe_load((repo / ".pre-commit-hooks.yaml").read_text())
    return re.compile(found["files"])


# The description of a report says who wrote the report; there is nothing in it to lint.
@pytest.mark.parametrize("one", [one for one in side_files() if not one.decides], ids=lambda one: one.kind.value)
def test_the_hook_looks_at_every_file_that_a_declaration_names(hook: re.Pattern[str], one: SideFile) -> None:
    paths = [
        *(f"nodes/host1/etc/{name}" for name in one.names),
        *(f"xen/name{ending}" for ending in one.endings),
        *(f"nodes/host1/etc{folder}name" for folder in one.folders),
    ]
    assert [path for path in paths if not hook.search(path)] == []


def test_the_hook_names_no_file_that_no_declaration_names(repo: Path) -> None:
    (found,) = yaml.safe_load((repo / ".pre-commit-hooks.yaml").read_text())
    groups = re.findall(r"\(\^\|/\)\(([^)]*)\)\n", found["files"])
    names = {name.replace("\\", "") for group in groups for name in group.split("|")}
    assert names - {"cib"} == {name for one in side_files() if not one.decides for name in one.names}
