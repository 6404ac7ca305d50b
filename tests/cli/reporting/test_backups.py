"""Which entries of a directory are backups of one cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.cli.reporting.backups import find_backups
from cibtools.errors import InputError


def test_days_in_names_and_in_directories_make_one_cluster(tmp_path: Path) -> None:
    for name in ("a/2026-11-01", "a/20261201-evening", "b-2026-12-01", "b-2026-10-01", "c/etc", ".git"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "d_20260102.tar.gz").write_bytes(b"")
    found = {
        one.name: [(day, Path(path).name) for day, path in zip(one.days, one.paths, strict=True)]
        for one in find_backups(tmp_path)
    }
    assert found == {
        "a": [("2026-11-01", "2026-11-01"), ("2026-12-01", "20261201-evening")],
        "b": [("2026-10-01", "b-2026-10-01"), ("2026-12-01", "b-2026-12-01")],
        "c": [("", "c")],
        "d": [("2026-01-02", "d_20260102.tar.gz")],
    }


def test_an_empty_or_missing_directory_is_told(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError):
            find_backups(directory)
