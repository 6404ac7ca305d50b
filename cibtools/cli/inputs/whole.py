"""Whole backups of changed files, as a hook needs them: what is not ours adds nothing, whatever it is called.

A repository holds more than backups. A `pom.xml`, a page of HTML under an XML name or an archive of pictures belongs to
no backup, so a commit that touches it is no reason to look at one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cibtools.backup.record.kind import Kind


def whole_backups(paths: Iterable[str]) -> tuple[str, ...]:
    """The directories of the backups that these files belong to, each once; directories stand for themselves."""
    search = _Search()
    return tuple(dict.fromkeys(found for path in paths for found in search.backups(path)))


class _Search:
    """Looks each directory through once."""

    def __init__(self) -> None:
        self._holds: dict[Path, bool] = {}

    def backups(self, path: str) -> Iterator[str]:
        if Path(path).is_dir() or not Path(path).exists():
            # A file that is missing is for the reader to complain about.
            yield path
            return
        kinds = _kinds(path)
        if not kinds and not (Path(path).stat().st_size == 0 and self._holds_cib(Path(path).parent)):
            return
        directory = self._directory(Path(path).parent)
        # DomUs are compared with those beside them; any other file without a CIB stands for itself.
        yield str(directory or (Path(path).parent if Kind.XM in kinds else path))

    def _directory(self, here: Path) -> Path | None:
        """The nearest directory upwards with a CIB.

        Looks no further up than the top of the repository, or the current directory for a path below it.
        """
        for directory in (here, *here.parents):
            if self._holds_cib(directory):
                return directory
            if (directory / ".git").exists():
                break
        return None

    def _holds_cib(self, directory: Path) -> bool:
        if directory not in self._holds:
            files = sorted(directory.glob("*.xml")) + sorted(directory.glob("*.bak"))
            self._holds[directory] = any(_is_cib(file) for file in files)
        return self._holds[directory]


def _kinds(path: str) -> set[Kind]:
    """What a file of a cluster backup holds, and UNREAD for what cannot be read; nothing for files of others."""
    from cibtools.backup.files.raw import Limits
    from cibtools.backup.files.walk import walk_input
    from cibtools.backup.sniff.classify import classify

    found = [Kind.UNREAD if raw.failure else classify(raw.source, raw.name).kind for raw in walk_input(path, Limits())]
    return {kind for kind in found if kind.is_known or kind is Kind.UNREAD}


def _is_cib(path: Path) -> bool:
    """True for a whole CIB or a section; a fragment does not make a directory a backup."""
    from cibtools.backup.record.source import Source
    from cibtools.backup.sniff.classify import classify

    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    return classify(Source(str(path), head), path.name).kind in (Kind.CIB, Kind.CIB_SECTION)
