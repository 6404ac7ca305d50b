"""A CIB cut into one file per section, as `cibadmin -o` takes them, and put together again.

The cut goes along byte positions, so that a section keeps its comments and its form. The comments right above a section
go with it, as a suppression there is about what follows. What is left of the file, the root with an empty
configuration, becomes a file of its own: it holds what no section does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from operator import attrgetter

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.read import read_xml
from cibtools.backup.cib.section import CONFIGURED_TAGS, SECTION_TAGS
from cibtools.backup.cib.tree import CibTree, is_comment
from cibtools.backup.document import Document
from cibtools.backup.record.source import Source, Span
from cibtools.cluster.model.cluster import Cluster

ROOT_FILE = "cib.xml"
"""The file of the root element."""
_REQUIRED = ("crm_config", "nodes", "resources", "constraints")
_ASIDE = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_DOCTYPE = attrgetter("docinfo.doctype")
"""The document type of a tree as it is written; the types of lxml do not have it."""
_LEAST_SCHEMA = {
    "fencing-topology": (1, 2), "acls": (1, 2), "template": (1, 2), "rsc_ticket": (1, 2), "tags": (1, 3),
    "acl_target": (2, 0), "acl_group": (2, 0), "acl_permission": (2, 0), "alerts": (2, 5), "bundle": (2, 8),
}  # fmt: skip
"""The first release of Pacemaker's schema that has an element. Source: its RelaxNG files."""


class SectionFile(Struct, frozen=True):
    """One file to write."""

    name: str
    data: bytes


class Joined(Struct, frozen=True):
    """A CIB made of section files."""

    data: bytes
    rooted: bool
    """True if a file held the root; else its attributes are the least that a CIB needs."""
    empty: tuple[str, ...]
    """Sections that no file holds and that no CIB may lack."""


def split(content: CibTree, tags: Sequence[str] = SECTION_TAGS) -> tuple[SectionFile, ...]:
    """Cut a whole CIB; the root comes first. Sections that no release knows, or that `tags` lacks, stay in its file."""
    root = content.cib
    assert root is not None
    sections = [found for found in content.sections() if found.tag in tags and root in found.iterancestors()]
    spans = [_span_with_comments(content, found) for found in sections]
    files: dict[str, list[bytes]] = {}
    for found, span in zip(sections, spans, strict=True):
        files.setdefault(str(found.tag), []).append(_cut(content, found, span))
    names = (name for name in SECTION_TAGS if name in files)
    return (
        SectionFile(ROOT_FILE, _rest(content, root, tags, spans)),
        *(SectionFile(f"{name}.xml", b"".join(files[name])) for name in names),
    )


def leading_comments(element: etree._Element) -> list[etree._Element]:
    """The comments right above an element, in file order."""
    above: list[etree._Element] = []
    for node in element.itersiblings(preceding=True):
        if not isinstance(node, etree._Comment):
            break
        above.append(node)
    return above[::-1]


def _span_with_comments(content: CibTree, element: etree._Element) -> Span:
    """Where an element stands together with the comments right above it."""
    span = content.tree.span(element)
    count = len(leading_comments(element))
    parent = element.getparent()
    if not count or parent is None:
        return span
    before = next(element.itersiblings("*", preceding=True), None)
    gap = content.tree.span(before).end if before is not None else content.tree.start_tag_span(parent).end
    found = list(_ASIDE.finditer(content.source.data, gap, span.start))
    return Span(found[-count].start(), span.end) if len(found) >= count else span


def _cut(content: CibTree, element: etree._Element, span: Span) -> bytes:
    """A section as it stands in the file; written anew if it means something else outside of it."""
    data = content.source.data[span.start : span.end] + b"\n"
    wanted = [*leading_comments(element), element]
    return data if _means(data, wanted) else b"".join(map(_written, wanted))


def _rest(content: CibTree, root: etree._Element, tags: Sequence[str], spans: Iterable[Span]) -> bytes:
    """The file without its sections."""
    hollow = deepcopy(root.getroottree()).getroot() if content.tree.top is root else deepcopy(root)
    for found in [*hollow.iterchildren("*"), *hollow.iterfind("configuration/*")]:
        if found.tag in tags:
            for node in (*leading_comments(found), found):
                _take_out(node)
    kept, done = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        # The blanks before a section and the end of its line go with it.
        kept.append(content.source.data[done : span.start].rstrip(b" \t\r\n"))
        done = span.end
    data = b"".join([*kept, content.source.data[done:]])
    return data if _means(data, _with_surroundings(hollow)) else _document(hollow)


def _take_out(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _with_surroundings(root: etree._Element) -> list[etree._Element]:
    """A root and the comments outside of it, in file order."""
    return [*reversed([*root.itersiblings(preceding=True)]), root, *root.itersiblings()]


def _means(data: bytes, nodes: list[etree._Element]) -> bool:
    """True if the bytes alone are read as those nodes, without any repair."""
    result = read_xml(Source("", data))
    if result.tree is None or result.defects or len(result.tree.roots) != 1:
        return False
    return [*_contents(_with_surroundings(result.tree.top))] == [*_contents(nodes)]


def _contents(nodes: Iterable[etree._Element]) -> Iterator[tuple[object, ...]]:
    """What nodes say, comments and texts with them; blanks between tags and the order of attributes left out."""
    for top in nodes:
        for node in top.iter():
            attributes = sorted(node.attrib.items()) if not is_comment(node) else ()
            tail = "" if node is top else (node.tail or "").strip()
            yield node.tag, attributes, len(node), (node.text or "").strip(), tail


def _written(node: etree._Element) -> bytes:
    return etree.tostring(node, encoding="unicode", with_tail=False).encode() + b"\n"


def _document(root: etree._Element) -> bytes:
    """A whole document with what stands outside of its root; UTF-8."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', _DOCTYPE(root.getroottree())]
    lines += [etree.tostring(node, encoding="unicode", with_tail=False) for node in _with_surroundings(root)]
    return "".join(f"{line}\n" for line in lines if line).encode()


def join(cluster: Cluster) -> Joined:
    """Put the section files of a backup together; sections in the order of the schema, status last."""
    given = cluster.assembly.root
    root = _bare(cluster) if given is None else _copy_of_root(given)
    configuration = root.find("configuration")
    if configuration is None:
        configuration = etree.Element("configuration")
        root.insert(0, configuration)
    headers = cluster.assembly.headers
    # A root that a file holds says itself which sections there are.
    empty = tuple(name for name in _REQUIRED if name not in headers) if given is None else ()
    below: list[etree._Element] = []
    for name in CONFIGURED_TAGS:
        below += (node for header in headers.get(name, ()) for node in _with_comments(header))
        if name in empty:
            below.append(etree.Element(name))
    # What a split left in the configuration, and what stood behind it, leads no section: it stays behind all of them.
    configuration[:0] = below
    states = [node for header in headers.get("status", ()) for node in _with_comments(header)]
    if given is None and not states:
        states = [etree.Element("status")]
    place = root.index(configuration) + 1
    root[place:place] = states
    etree.indent(root, space="  ")
    return Joined(_document(root), given is not None, empty)


def _copy_of_root(given: etree._Element) -> etree._Element:
    """A root with what stands outside of it, unless other elements do; an empty status is put there anew."""
    root: etree._Element = deepcopy(given)
    if given.getparent() is None:
        root = deepcopy(given.getroottree()).getroot()
    root.tail = None
    for status in root.findall("status"):
        for node in (*leading_comments(status), status):
            _take_out(node)
    return root


def section_documents(cluster: Cluster) -> Iterator[tuple[str, list[Document]]]:
    """The files that hold each section."""
    for name, headers in cluster.assembly.headers.items():
        yield name, list(dict.fromkeys(map(cluster.document_of, headers)))


def _bare(cluster: Cluster) -> etree._Element:
    """A root of which nothing is known but the language of the sections, and with it the least schema."""
    root = etree.Element("cib", admin_epoch="0", epoch="0", num_updates="0")
    if cluster.dialect.is_pacemaker:
        headers = [found for each in cluster.assembly.headers.values() for found in each]
        tags = {found.tag for header in headers for found in header.iter(*_LEAST_SCHEMA)}
        floor = (1, 0) if cluster.dialect is Dialect.P10 else (1, 2)
        major, minor = max([floor, *(_LEAST_SCHEMA[str(tag)] for tag in tags)])
        root.set("validate-with", f"pacemaker-{major}.{minor}")
    return root


def _with_comments(header: etree._Element) -> list[etree._Element]:
    """A section with the comments above it; those at the end of its file go inside, where they lead nothing."""
    section = deepcopy(header)
    below = list(header.itersiblings())
    if all(map(is_comment, below)):
        section.extend(deepcopy(node) for node in below if isinstance(node, etree._Comment))
    nodes = [*map(deepcopy, leading_comments(header)), section]
    for node in nodes:
        node.tail = None
    return nodes
