"""Makes up a fleet: backups of the guide's cluster that differ in names, options and copies, by number."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import REPO

HASI = REPO / "fixtures/hasi"
CIB = ("cib.bak.xml", "crm_config.bak.xml")
OCFS2 = "nodes/host2/etc/ocfs2/cluster.conf"


def write_fleet(directory: Path, count: int) -> None:
    """Write `count` backups, `c000` and so on.

    Every third has an answer to the question that blocks the guide's cluster, every fifth another copy of a file on one
    node, every seventh an earlier backup that differs in one option, and every eleventh is no backup at all.
    """
    files = {path.relative_to(HASI): path.read_bytes() for path in sorted(HASI.rglob("*")) if path.is_file()}
    for number in range(count):
        top = directory / f"c{number:03d}"
        if number % 11 == 10:
            _write(top, {Path("notes.txt"): b"nothing of a cluster\n"})
            continue
        made = dict(files)
        if number % 3 == 2:
            made[Path("answers.toml")] = b'accept = ["M126:configpool-child-ia-01"]\n'
        if number % 5 == 4:
            made[Path(OCFS2)] = made[Path(OCFS2)].replace(b"name = ocfs2", b"name = other")
        if number % 7 == 6:
            _write(top / "2026-10-01", _with_policy(made))
            top /= "2026-11-01"
        _write(top, made)


def _with_policy(files: dict[Path, bytes]) -> dict[Path, bytes]:
    """The same with another policy for the loss of quorum."""
    old, new = b'name="no-quorum-policy" value="stop"', b'name="no-quorum-policy" value="freeze"'
    return {path: data.replace(old, new) if path.name in CIB else data for path, data in files.items()}


def _write(top: Path, files: dict[Path, bytes]) -> None:
    for path, data in files.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(data)
