"""Files of domUs, and which of them are copies of each other: of equal content, or one for each node."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable

from msgspec import Struct

from cibtools.backup.document import Document
from cibtools.backup.record.fact import Known
from cibtools.backup.xm.file import XmConfig


class XmFile(Struct, frozen=True, eq=False):
    """One xm file of a domU."""

    document: Document
    config: XmConfig

    @property
    def path(self) -> str:
        """The path of the file."""
        return self.document.path

    @property
    def is_copy(self) -> bool:
        """True for a copy that lies beside a live file."""
        return self.document.copy_of is not None


def known_name(file: XmFile) -> str:
    """The name that xm reads in a file, or nothing if there is none or it is not known."""
    fact = file.config.fact("name")
    return fact.value.strip() if isinstance(fact, Known) and isinstance(fact.value, str) else ""


def stem(path: str) -> str:
    """The name of a file without directory and ending."""
    base = posixpath.basename(path)
    return base.partition(".")[0] or base


def grouped_copies(files: Iterable[XmFile]) -> list[tuple[XmFile, ...]]:
    """Put files together that are copies of each other: of equal content, or one per node."""
    groups: list[list[XmFile]] = []
    by_content: dict[str, list[XmFile]] = {}
    by_name: dict[str, list[list[XmFile]]] = {}
    for file in files:
        content, base = _essence(file), posixpath.basename(file.path)
        group = by_content.get(content) or next(
            (group for group in by_name.get(base, ()) if all(_per_node(file, other) for other in group)), None
        )
        if group is None:
            group = []
            groups.append(group)
        group.append(file)
        by_content.setdefault(content, group)
        if group not in by_name.setdefault(base, []):
            by_name[base].append(group)
    return [tuple(group) for group in sorted(groups, key=lambda group: os.fsencode(group[0].path))]


def _essence(file: XmFile) -> str:
    """What a file says, without comment lines, blank lines and blanks at the ends of lines."""
    lines = (line.rstrip() for line in file.document.source.text.splitlines())
    # A file that names no domain gives it the file's own name, so only files of one name can be copies then.
    name = "" if known_name(file) else posixpath.basename(file.path)
    return "\n".join((name, *(line for line in lines if line and not line.lstrip().startswith("#"))))


def _per_node(one: XmFile, two: XmFile) -> bool:
    """True for two files of one name that stem from different nodes, or one from a node and one that all share."""
    if one.document.host == two.document.host or one.is_copy != two.is_copy:
        return False
    shared = None in (one.document.host, two.document.host)
    return not shared or common_suffix(one.path, two.path) > 1


def common_suffix(one: str, two: str) -> int:
    """How many path components from the end two paths have in common."""
    count = 0
    for mine, theirs in zip(reversed(one.split("/")), reversed(two.split("/")), strict=False):
        if mine != theirs or not mine:
            break
        count += 1
    return count
