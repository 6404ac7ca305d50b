"""Edits of the bytes of a file, and the file with them; all that is not edited stays as it is, to the byte."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import quoteattr

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Document
from cibtools.backup.record.source import Span
from cibtools.cluster.model.place import Place
from cibtools.lint.record.finding import Finding
from cibtools.lint.record.fix import Change, Fix


class Edit(Struct, frozen=True):
    """Bytes that stand in the place of others."""

    span: Span
    data: bytes


class Fixed(Struct, frozen=True):
    """A file as it would be, and which findings that clears."""

    document: Document
    data: bytes
    done: tuple[tuple[Finding, Fix], ...]


def fixable(document: Document) -> bool:
    """True for a file whose bytes are what was parsed: one that had to be repaired is corrected by hand."""
    tree = document.content
    return isinstance(tree, CibTree) and not document.defects and not document.source.encoding.startswith("utf-16")


def apply_fixes(findings: Iterable[Finding], *, unsafe: bool) -> tuple[Fixed, ...]:
    """Work out the files with all fixes that are wanted; of two that touch the same bytes the first is taken."""
    wanted: dict[Document, list[tuple[Finding, Fix]]] = {}
    for finding in findings:
        for fix in finding.fixes:
            if fix.safe or unsafe:
                wanted.setdefault(finding.place.document, []).append((finding, fix))
    found = (_fixed(document, pairs) for document, pairs in wanted.items() if fixable(document))
    return tuple(one for one in found if one.done)


def _fixed(document: Document, pairs: Sequence[tuple[Finding, Fix]]) -> Fixed:
    taken: list[Edit] = []
    done: list[tuple[Finding, Fix]] = []
    for finding, fix in pairs:
        if any(_empties(change) for change in fix.changes):
            continue
        edits = [_edit(document, change) for change in fix.changes]
        if not any(_touch(one.span, other.span) for one in edits for other in taken):
            taken += edits
            done.append((finding, fix))
    data = document.source.data
    for edit in sorted(taken, key=lambda edit: edit.span, reverse=True):
        data = data[: edit.span.start] + edit.data + data[edit.span.end :]
    return Fixed(document, data, tuple(done))


def _empties(change: Change) -> bool:
    """True if a whole object of a file would go: a file that holds nothing else would be none any more."""
    parent = change.element.getparent()
    return change.attribute is None and (parent is None or parent.tag == "cibtools-fragments")


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _edit(document: Document, change: Change) -> Edit:
    tree = document.content
    assert isinstance(tree, CibTree)
    if change.attribute is None:
        return Edit(_with_line(document, tree.tree.span(change.element)), b"")
    whole = tree.tree.attribute_span(change.element, change.attribute)
    if change.value is None:
        start, data = (whole.start, document.source.data) if whole else (0, b"")
        while start and data[start - 1 : start].isspace():
            start -= 1
        return Edit(Span(start, whole.end if whole else 0), b"")
    encoding = document.source.encoding
    quoted = quoteattr(change.value)
    if whole is not None:
        value = Place(document, change.element, change.attribute).span
        return Edit(value, quoted[1:-1].encode(encoding, "xmlcharrefreplace"))
    return Edit(_behind_id(tree, change.element), f" {change.attribute}={quoted}".encode(encoding, "xmlcharrefreplace"))


def _behind_id(tree: CibTree, element: etree._Element) -> Span:
    """Where a new attribute goes: behind the id, or behind the name of the element."""
    after = tree.tree.attribute_span(element, "id")
    if after is not None:
        return Span(after.end, after.end)
    place = tree.tree.start_tag_span(element).start + 1 + len(str(element.tag))
    return Span(place, place)


def _with_line(document: Document, span: Span) -> Span:
    """An element with the line that it has for itself; only itself if something else stands there."""
    data = document.source.data
    start, end = span.start, span.end
    while start and data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    alone = (start == 0 or data[start - 1 : start] == b"\n") and data[end : end + 2].startswith((b"\n", b"\r\n"))
    if not alone:
        return span
    return Span(start, data.index(b"\n", end) + 1)
