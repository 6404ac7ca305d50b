"""Which of the CIB documents in a backup make up the cluster: one whole CIB, or sections and fragments put together.

Administrators keep `cibadmin -Q` beside files by object type and beside the snippets they once loaded. The whole CIB
is what the cluster held, so it wins; without one the sections do, then the fragments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.section import FRAGMENT_HOME, SECTION_TAGS
from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.kind import Kind
from cibtools.cluster.value import parse_count

Signature = tuple[object, ...]


class Assembly(Struct, frozen=True):
    """The XML objects of one cluster by section, and what was left aside."""

    base: Document | None
    """The whole CIB in use, if there is one."""
    root: etree._Element | None
    """The `cib` element in use; without a whole CIB that of a root without sections, as `cibtools split` leaves it."""
    sections: Mapping[str, tuple[etree._Element, ...]]
    """The objects in each section that any input holds; a section nobody backed up is not in it."""
    headers: Mapping[str, tuple[etree._Element, ...]]
    """The section elements themselves."""
    loose: tuple[etree._Element, ...]
    """Objects in fragment files that the whole CIB in use does not hold just so, and fragments without a home."""
    aside: tuple[Document, ...]
    """CIB documents without objects in use: a whole CIB says the same or more, or they are roots without sections."""

    @property
    def configured(self) -> Iterator[etree._Element]:
        """All objects, those in use before fragments; what stands below `status` is a record, not configuration."""
        for section, objects in self.sections.items():
            if section != "status":
                yield from objects
        yield from self.loose


def signature(element: etree._Element) -> Signature:
    """What an element means: tag, attributes in any order, children in order; comments and white space left out."""
    return (
        element.tag,
        tuple(sorted(element.attrib.items())),
        tuple(signature(child) for child in element.iterchildren("*")),
    )


def assemble(backup: Backup, *, merge_fragments: bool = False) -> Assembly:
    """Decide which documents make up the cluster of a backup; fragments join a whole CIB only on demand."""
    documents = [document for document in backup.documents if isinstance(document.content, CibTree)]
    rooted = [document for document in documents if document.kind is Kind.CIB]
    whole = [document for document in rooted if _holds_sections(document)]
    if rooted and not whole and not any(map(_holds_sections, documents)):
        whole = rooted
    if whole:
        # Of a report the running coordinator's copy is in force, whatever an older or stopped node counts.
        authority = backup.report.authority if backup.report else None
        rivals = [document for document in whole if authority and document.host == authority] or whole
        base = max(reversed(rivals), key=_version)
        sections, headers = _sections([base])
        others = [document for document in documents if document is not base]
        fragments = tuple(_fragments(others))
        held = {signature(found) for found in _objects(sections)} if fragments else set()
        loose = tuple(found for found in fragments if signature(found) not in held)
        if merge_fragments:
            return Assembly(base, _root(base), _with(sections, loose), headers, _homeless(loose), ())
        aside = tuple(document for document in others if document.kind is not Kind.CIB_FRAGMENT)
        return Assembly(base, _root(base), sections, headers, loose, aside)
    sections, headers = _sections(documents)
    fragments = tuple(_fragments(documents))
    # Sections beside a root that holds none are a whole CIB in several files.
    root = _root(max(reversed(rooted), key=_version)) if rooted else None
    return Assembly(None, root, _with(sections, fragments), headers, _homeless(fragments), tuple(rooted))


def _holds_sections(document: Document) -> bool:
    """Tell whether a document holds sections; an empty status beside a root is part of the root."""
    assert isinstance(document.content, CibTree)
    rooted = document.kind is Kind.CIB
    held = (found for found in document.content.sections() if found.tag in SECTION_TAGS)
    return any(not rooted or found.tag != "status" or len(found) for found in held)


def _root(document: Document) -> etree._Element | None:
    assert isinstance(document.content, CibTree)
    return document.content.cib


def _with(
    sections: Mapping[str, tuple[etree._Element, ...]], fragments: Iterable[etree._Element]
) -> dict[str, tuple[etree._Element, ...]]:
    """The sections with fragments in the section where each belongs."""
    merged = {name: list(found) for name, found in sections.items()}
    for found in fragments:
        home = FRAGMENT_HOME.get(found.tag)
        if home:
            merged.setdefault(home, []).append(found)
    return {name: _once(objects) for name, objects in merged.items()}


def _homeless(fragments: Iterable[etree._Element]) -> tuple[etree._Element, ...]:
    return tuple(found for found in fragments if found.tag not in FRAGMENT_HOME)


def _version(document: Document) -> tuple[int, ...]:
    assert isinstance(document.content, CibTree)
    cib = document.content.cib
    assert cib is not None
    return tuple(parse_count(cib.get(name)) or 0 for name in ("admin_epoch", "epoch", "num_updates"))


def _sections(
    documents: Iterable[Document],
) -> tuple[dict[str, tuple[etree._Element, ...]], dict[str, tuple[etree._Element, ...]]]:
    headers: dict[str, list[etree._Element]] = {}
    for document in documents:
        assert isinstance(document.content, CibTree)
        for section in document.content.sections():
            headers.setdefault(section.tag, []).append(section)
    objects = {
        tag: tuple(chain.from_iterable(one.iterchildren("*") for one in found)) for tag, found in headers.items()
    }
    return objects, {tag: tuple(found) for tag, found in headers.items()}


def _fragments(documents: Iterable[Document]) -> Iterable[etree._Element]:
    for document in documents:
        assert isinstance(document.content, CibTree)
        yield from document.content.fragments()


def _objects(sections: Mapping[str, tuple[etree._Element, ...]]) -> Iterable[etree._Element]:
    for found in sections.values():
        yield from found


def _once(objects: Iterable[etree._Element]) -> tuple[etree._Element, ...]:
    """The objects of one section, each file's repetition of another file's object left out.

    Of two files that give one id different contents the later is in force. Within one file nothing is dropped: a
    duplicate id there is a mistake that a rule reports.
    """
    kept: dict[int, etree._Element] = {}
    rivals: dict[tuple[object, ...], dict[etree._Element, list[int]]] = {}
    for number, found in enumerate(objects):
        kept[number] = found
        identity, root = found.get("id", ""), found.getroottree().getroot()
        if not identity:
            continue
        # Property sets are all kept: the engine reads every one of them, and their order decides.
        same = signature(found) if found.tag == "cluster_property_set" else ()
        files = rivals.setdefault((found.tag, identity, same), {})
        for other in [file for file in files if file is not root]:
            for drop in files.pop(other):
                del kept[drop]
        files.setdefault(root, []).append(number)
    return tuple(kept.values())
