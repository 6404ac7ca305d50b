"""The cache is private, and what others may have put into it is not believed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cibtools.cli.inputs.cache import keep, recall


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "cibtools"


def test_directory_and_entries_are_for_their_owner(cache: Path) -> None:
    old = os.umask(0)
    try:
        keep("lint-1", {"status": 0}, "lint")
    finally:
        os.umask(old)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert stat.S_IMODE((cache / "lint-1.json").stat().st_mode) == 0o600
    assert recall("lint-1") == {"status": 0}


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o707, 0o1777, 0o720])
def test_a_directory_that_others_may_write_to_is_not_used(cache: Path, mode: int) -> None:
    keep("lint-1", {"status": 0}, "lint")
    cache.chmod(mode)
    assert recall("lint-1") is None
    keep("lint-2", {"status": 0}, "lint")
    assert [path.name for path in cache.iterdir()] == ["lint-1.json"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_a_directory_of_somebody_else_is_not_used(cache: Path) -> None:
    keep("lint-1", {"status": 0}, "lint")
    os.chown(cache, 65534, 65534)
    assert recall("lint-1") is None
    keep("lint-2", {"status": 0}, "lint")
    assert [path.name for path in cache.iterdir()] == ["lint-1.json"]


def test_only_the_newest_are_kept(cache: Path) -> None:
    for number in range(5):
        keep(f"lint-{number}", number, "lint", count=2)
        os.utime(cache / f"lint-{number}.json", ns=(number, number))
    keep("lint-9", 9, "lint", count=2)
    assert sorted(path.name for path in cache.iterdir()) == ["lint-4.json", "lint-9.json"]


@pytest.mark.parametrize(
    "entry", ["{}", "[]", '{"x": 1}', "null", '{"printed": 1, "errors": 3, "status": 77}', "", "\xff"]
)
def test_an_entry_of_another_shape_is_as_good_as_none(repo: Path, tmp_path: Path, entry: str) -> None:
    words = [sys.executable, "-m", "cibtools", "lint", "fixtures/pacemaker-1.0"]
    runs = []
    for _ in range(2):
        runs.append(
            subprocess.run(words, cwd=repo, capture_output=True, env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)})
        )
        entries = sorted((tmp_path / "cibtools").glob("*.json"))
        assert {path.name.partition("-")[0] for path in entries} == {"lint", "rules"}
        for path in entries:
            path.write_text(entry, encoding="latin-1")
    assert runs[0].returncode == runs[1].returncode < 2
    assert runs[0].stdout == runs[1].stdout
