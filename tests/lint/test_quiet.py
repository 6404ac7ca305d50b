"""The linter keeps quiet about good configurations: one directory of fixtures/quiet for each known trap."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cibtools.backup.files.raw import Limits
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import gather, read_file
from cibtools.backup.record.kind import Kind
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Severity
from cibtools.lint.record.outcome import LintRun

REPO = Path(__file__).resolve().parent.parent.parent
QUIET = REPO / "fixtures" / "quiet"
TRAPS = 53
"""How many traps the catalogue of rules names."""
DIRECTORIES = sorted(path for path in QUIET.iterdir() if path.is_dir())

ACCEPTED: dict[str, set[str]] = {
    # Each node logs in to the same board.
    "08-stonith-clone-child": {"CIB405"},
    # An instance less than nodes is no mistake, and worth knowing.
    "09-stonith-clone-smaller": {"CIB509"},
    # Whom the device can fence shows only at run time.
    "14-no-host-list": {"CIB403"},
    # Nothing reacts to pingd there, which may be meant.
    "19-options-as-attributes": {"CIB613"},
    "20-options-in-instance-attributes": {"CIB613", "CIB702"},
    # Words that say nothing.
    "26-nothing-said": {"CIB702"},
    # One id on two tags is refused only by Pacemaker.
    "34-ids": {"CIB101"},
    # The file as it was before the last change may be started by hand.
    "39-copies": {"XEN202"},
    # Two readers of a volume, as long as nobody writes.
    "40-read-only-disks": {"XEN102"},
}
"""Infos that are right there, by directory: worth a look, and no reason to fail anything."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(build_catalogue(load_tables(rule_files([REPO / "rules"]))))


def lint(engine: Engine, directory: Path) -> LintRun:
    read = [read_file(raw, {}) for raw in walk_input(str(directory), Limits())]
    return engine.run([Cluster(backup) for backup in gather(read)])


def told(run: LintRun) -> str:
    return "\n".join(
        f"{finding.location.path}:{finding.location.line}: {finding.severity.value} {finding.code} {finding.message}"
        for finding in run.findings
    )


def test_every_trap_has_a_directory() -> None:
    assert [path.name[:3] for path in DIRECTORIES] == [f"{number:02d}-" for number in range(1, TRAPS + 1)]


def test_readme_lists_them() -> None:
    listed = re.findall(r"^\| (\d+) \| `([^`]+)` \| .", (QUIET / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == [(str(number), path.name) for number, path in enumerate(DIRECTORIES, 1)]


@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda path: path.name)
def test_nothing_above_info(directory: Path, engine: Engine) -> None:
    run = lint(engine, directory)
    assert [finding for finding in run.findings if finding.severity is not Severity.INFO] == [], told(run)
    assert {finding.code for finding in run.findings} == ACCEPTED.get(directory.name, set()), told(run)


@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda path: path.name)
def test_everything_is_recognised(directory: Path, engine: Engine) -> None:
    """A file that was not understood would prove nothing by silence."""
    for document in lint(engine, directory).documents:
        assert document.kind not in (Kind.UNCLASSIFIED, Kind.BINARY, Kind.EMPTY, Kind.UNREAD), document.path
        assert document.defects == (), document.path


@pytest.mark.slow
def test_on_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cibtools", "lint", "--format", "concise", *map(str, DIRECTORIES)],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
