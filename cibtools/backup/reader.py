"""From inputs to backups: classify each file by its content, parse it, and gather files into clusters.

All files of one directory are one cluster's backup. Where a directory holds several backups side by side, each in a
directory with CIB files of its own, each of them is a cluster; copies of one CIB per node are not.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from cibtools.backup.cib.tree import CibTree, parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.files.hb_report import find_report
from cibtools.backup.files.raw import Raw, is_leftover
from cibtools.backup.lines.control import without_controls
from cibtools.backup.live import Placed, with_copies_marked
from cibtools.backup.record.kind import Defect, Kind
from cibtools.backup.record.source import Source, Span
from cibtools.backup.sniff.classify import classify, is_excerpt
from cibtools.backup.sniff.registry import side_file, side_files

_FORCE = "force its kind with --kind PATH=KIND"


class Read(Struct, frozen=True):
    """A document and where it came from."""

    document: Document
    base: str
    name: str
    walked: bool
    """True if it was found in a directory that the user named."""


def read_file(raw: Raw, kinds: Mapping[str, Kind]) -> Read:
    """Classify and parse one file."""
    if raw.failure:
        document = Document(Kind.UNREAD, raw.source, reason=raw.failure.message, defects=(raw.failure,))
    elif raw.listed and raw.source.path not in kinds:
        document = Document(Kind.LISTED, raw.source, reason="a record of the past, which is not looked into")
    else:
        document = parse_source(raw.source, raw.name, kinds.get(raw.source.path))
    return Read(document, raw.base, raw.name, raw.walked)


def parse_source(source: Source, name: str, forced: Kind | None = None) -> Document:
    """Classify the bytes of one file and run the parser of their kind."""
    found = classify(source, name)
    kind = forced or found.kind
    document = _parsed(source, kind, "--kind says so" if forced else found.reason)
    if forced or not found.rivals:
        return document
    others = " or ".join(rival.value for rival in found.rivals)
    doubt = Defect("ambiguous", f"taken for {kind.value}, but it may be {others}", Span(0, 0), _FORCE)
    return replace(document, defects=(*document.defects, doubt))


def _parsed(source: Source, kind: Kind, reason: str) -> Document:
    excerpt = is_excerpt(source)
    if kind.is_cib:
        return _cib_document(source, reason, excerpt)
    declared = side_file(kind)
    if declared is None or declared.parse is None:
        return Document(kind, source, None, reason, defects=_plain_defects(kind, source, reason), excerpt=excerpt)
    plain, defects = without_controls(source)
    return Document(kind, source, declared.parse(plain), reason, defects=defects, excerpt=excerpt)


def _cib_document(source: Source, reason: str, excerpt: bool) -> Document:
    tree, defects, kind = parse_cib(source)
    return Document(kind, source, tree, reason, defects=defects, excerpt=excerpt)


def _plain_defects(kind: Kind, source: Source, reason: str) -> tuple[Defect, ...]:
    whole = Span(0, 0)
    match kind:
        case Kind.BINARY:
            return (Defect("unclassified", "binary data, not a file of a cluster backup", whole),)
        case Kind.ARCHIVE:
            return (
                Defect(
                    "unclassified",
                    "an archive inside the backup, which is not unpacked",
                    whole,
                    "name the archive itself",
                ),
            )
        case Kind.EMPTY if _meant_as_configuration(source.path):
            return (Defect("damaged", "the file is empty", whole, "take the backup again", fatal=True),)
        case Kind.UNCLASSIFIED if _meant_as_configuration(source.path):
            return (
                Defect(
                    "unclassified",
                    f"not recognised as any file of a cluster backup ({reason})",
                    whole,
                    _FORCE,
                ),
            )
        case _:
            return ()


def _meant_as_configuration(path: str) -> bool:
    """True for names under which an administrator keeps what we read; notes and scripts beside it are no error."""
    return path == "<stdin>" or path.endswith((".xml", ".xm", ".bak", "/ha.cf", "/authkeys"))


def gather(read: Iterable[Read], *, each: bool = False) -> tuple[Backup, ...]:
    """Put documents together into one backup per cluster, in order of their roots.

    With `each`, every CIB file is a cluster of its own and other files are left aside.
    """
    items = list(read)
    if each:
        return tuple(Backup(item.document.path, (item.document,)) for item in items)
    items = sorted(_rebased(items), key=lambda item: os.fsencode(item.document.path))
    groups: dict[str, list[Read]] = {}
    for base in dict.fromkeys(item.base for item in items):
        mine = [item for item in items if item.base == base]
        roots = _cluster_roots(mine)
        for item in mine:
            root = next((root for root in roots if item.name.startswith(f"{root}/")), "")
            groups.setdefault(f"{base}/{root}".removeprefix("./") if root else base, []).append(item)
    return tuple(
        _backup(root, members)
        for root, members in groups.items()
        if len(groups) == 1 or any(member.document.kind is not Kind.UNCLASSIFIED for member in members)
    )


def _rebased(items: list[Read]) -> list[Read]:
    """Let files that were named one by one join the topmost of the directories concerned that they lie below."""
    bases = sorted({item.base for item in items}, key=len)

    def rebase(item: Read) -> Read:
        path = f"{item.base}/{item.name}"
        for base in () if item.walked else bases:
            if base == "." and not item.base.startswith(("/", "..")):
                return replace(item, base=".", name=path.removeprefix("./"))
            if path.startswith(f"{base}/"):
                return replace(item, base=base, name=path[len(base) + 1 :])
        return item

    return [rebase(item) for item in items]


def _cluster_roots(items: list[Read]) -> tuple[str, ...]:
    """Directories below the input that are backups of different clusters; none if all files are one cluster's."""
    cibs = [item for item in items if item.document.kind in (Kind.CIB, Kind.CIB_SECTION)]
    found = _roots_below("", cibs)
    return tuple(found) if len(found) > 1 else ()


def _roots_below(top: str, cibs: list[Read]) -> list[str]:
    """The directories at or below one that are a backup each: a directory is one unless it only holds others.

    A directory with a CIB of its own is one; so is one whose CIBs are copies, each below the name of its node.
    """
    start = len(top) + 1 if top else 0
    children: dict[str, list[Read]] = {}
    for item in cibs:
        child, slash, _ = item.name[start:].partition("/")
        if not slash:
            return [top]
        children.setdefault(child, []).append(item)
    unames = _unames(item.document for item in cibs)
    if "nodes" in children or any(child.lower() in unames for child in children):
        return [top]
    found = [
        root
        for child, members in sorted(children.items())
        for root in _roots_below(f"{top}/{child}" if top else child, members)
    ]
    return found if len(found) > 1 else [top]


def _unames(documents: Iterable[Document]) -> frozenset[str]:
    """Lower-case names of the nodes that the CIBs among these documents list."""
    return frozenset(
        node.get("uname", "").lower()
        for document in documents
        if isinstance(document.content, CibTree)
        for root in document.content.roots
        for node in root.iter("node")
    ) - {""}


def _backup(root: str, items: list[Read]) -> Backup:
    report = find_report((item.name, item.document.kind) for item in items)
    nodes = frozenset(node.name for node in report.nodes) if report else frozenset()
    unames = _unames(item.document for item in items) | nodes
    placed = [
        Placed(replace(item.document, host=host_of(item.name, unames)), item.name, item.walked)
        for item in items
        if not is_leftover(item.name) or side_file(item.document.kind) is not None or not item.walked
    ]
    return Backup(root, with_copies_marked(placed), report)


def host_of(name: str, unames: frozenset[str]) -> str | None:
    """The node a file belongs to, from its path; None if it holds for all."""
    parts = name.split("/")
    for before, part in zip(("", *parts), parts[:-1], strict=False):
        short = part.split(".")[0].lower()
        if before == "nodes" or short in unames:
            return short
    for known in ("cib.xml", *(name for one in side_files() for name in one.names)):
        if parts[-1].startswith((f"{known}.", f"{known}-")):
            suffix = parts[-1][len(known) + 1 :].lower()
            return suffix if suffix in unames else None
    return None
