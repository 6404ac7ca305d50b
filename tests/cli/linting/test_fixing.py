"""`lint --fix`: twice is once, nothing else moves, and files keep mode, links and owners."""

from __future__ import annotations

import stat
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from cibtools.cli.main import cli


def lint(*words: str) -> Result:
    return CliRunner().invoke(cli, ["lint", *words, "--no-cache"], terminal_width=120)


@pytest.fixture
def backup(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a backup with things to fix, which is the current directory."""
    top = tmp_path / "backup"
    copytree(repo / "fixtures" / "hasi-broken" / "production", top)
    monkeypatch.chdir(top)
    return top


def contents(top: Path) -> dict[str, bytes]:
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def changed_lines(before: bytes, after: bytes) -> int:
    old, new = before.splitlines(), after.splitlines()
    return len(set(old) ^ set(new))


@pytest.mark.parametrize("unsafe", [(), ("--unsafe-fixes",)])
def test_the_second_time_changes_nothing_and_the_first_only_what_it_says(backup: Path, unsafe: tuple[str, ...]) -> None:
    before = contents(backup)
    first = lint(".", "--fix-only", *unsafe)
    assert (first.exit_code, first.stdout) == (0, "")
    fixed = [line for line in first.stderr.splitlines() if line.startswith("fixed: ")]
    after = contents(backup)
    assert fixed
    assert set(before) == set(after)
    # An edit changes a line, or takes up to five out.
    assert sum(changed_lines(before[name], after[name]) for name in before) <= 5 * len(fixed)
    assert {name for name in before if before[name] != after[name]} == {line.split(": ")[1] for line in fixed}
    second = lint(".", "--fix-only", *unsafe)
    assert "fixed: " not in second.stderr
    assert contents(backup) == after


def test_safe_fixes_leave_what_changes_the_cluster(backup: Path) -> None:
    result = lint(".", "--fix")
    assert result.exit_code == 1
    assert 'CIB203 option-spelling-of-other-dialect: write "allow_migrate"' in result.stderr
    assert "more fixes would change what the cluster does: --unsafe-fixes" in result.stderr
    assert b'name="startup-fencin"' in (backup / "crm_config.bak.xml").read_bytes()
    lint(".", "--fix", "--unsafe-fixes")
    assert b'name="startup-fencing"' in (backup / "crm_config.bak.xml").read_bytes()


def test_a_diff_writes_nothing(backup: Path) -> None:
    before = contents(backup)
    result = lint(".", "--diff")
    assert result.exit_code == 1
    assert '+         <nvpair id="xen-mail-ma-01" name="allow_migrate" value="true"/>' in result.stdout.splitlines()
    assert contents(backup) == before
    lint(".", "--fix-only")
    clean = lint(".", "--diff")
    assert (clean.exit_code, clean.stdout) == (0, "")


def test_mode_and_links_are_kept(backup: Path) -> None:
    path = backup / "resources.bak.xml"
    path.chmod(0o640)
    kept = backup.parent / "real.xml"
    path.rename(kept)
    path.symlink_to(kept)
    assert "fixed: " in lint(str(path), "--fix-only").stderr
    assert path.is_symlink()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert b'name="allow_migrate"' in kept.read_bytes()
    assert list(backup.parent.glob(".cibtools*")) == []


def test_what_is_accepted_or_silenced_is_not_touched(backup: Path) -> None:
    lint(".", "--update-baseline")
    before = contents(backup)
    lint(".", "--baseline", "cibtools-baseline.json", "--fix-only", "--unsafe-fixes")
    assert contents(backup) == before


def test_what_cannot_be_written_in_place_is_told(backup: Path) -> None:
    data = (backup / "resources.bak.xml").read_bytes()
    result = CliRunner().invoke(cli, ["lint", "-", "--fix", "--no-cache"], input=data)
    assert result.exit_code == 2
    assert "cannot be fixed in place" in result.stderr


@pytest.mark.parametrize(
    "words", [("--unsafe-fixes",), ("--diff", "--fix"), ("--update-baseline", "--fix"), ("--diff", "--fix-only")]
)
def test_options_that_contradict_each_other_are_refused(backup: Path, words: tuple[str, ...]) -> None:
    before = contents(backup)
    assert lint(".", *words).exit_code == 2
    assert contents(backup) == before
