"""A CIB cut into one file per section, as `cibadmin -o` takes them, and put together again.

The cut goes along byte positions, so that a section keeps its comments and its form. What is left of the file, the root
with an empty configuration, becomes a file of its own: it holds what no section does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.read import read_xml
from cibtools.backup.cib.tree import SECTION_TAGS, CibTree, is_comment
from cibtools.backup.document import Document
from cibtools.backup.record.source import Source
from cibtools.cluster.model.assembly import signature
from cibtools.cluster.model.cluster import Cluster

ROOT_FILE = "cib.xml"
"""The file of the root element."""
_REQUIRED = ("crm_config", "nodes", "resources", "constraints")


@dataclass(frozen=True, slots=True)
class SectionFile:
    """One file to write."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Joined:
    """A CIB made of section files."""

    data: bytes
    rooted: bool
    """True if a file held the root; else its attributes are the least that a CIB needs."""
    empty: tuple[str, ...]
    """Sections that no file holds and that no CIB may lack."""


def split(content: CibTree) -> tuple[SectionFile, ...]:
    """Cut a whole CIB; the root comes first. Sections that no release knows stay in the root's file."""
    root = content.cib
    assert root is not None
    sections = [found for found in content.sections() if found.tag in SECTION_TAGS and root in found.iterancestors()]
    files: dict[str, list[bytes]] = {}
    for found in sections:
        files.setdefault(str(found.tag), []).append(_cut(content, found))
    names = (name for name in SECTION_TAGS if name in files)
    return (
        SectionFile(ROOT_FILE, _rest(content, root, sections)),
        *(SectionFile(f"{name}.xml", b"".join(files[name])) for name in names),
    )


def _cut(content: CibTree, element: etree._Element) -> bytes:
    """A section as it stands in the file; written anew if it means something else outside of it."""
    span = content.tree.span(element)
    data = content.source.data[span.start : span.end] + b"\n"
    return data if _means(data, element) else _written(element)


def _rest(content: CibTree, root: etree._Element, sections: Iterable[etree._Element]) -> bytes:
    """The file without its sections."""
    hollow = deepcopy(root)
    for found in [*hollow.iterchildren("*"), *hollow.iterfind("configuration/*")]:
        if found.tag in SECTION_TAGS:
            _take_out(found)
    data = content.source.data
    for span in sorted((content.tree.span(found) for found in sections), reverse=True):
        # The blanks before a section and the end of its line go with it.
        before = data[: span.start].rstrip(b" \t\r\n")
        data = before + data[span.end :]
    return data if _means(data, hollow) else _written(hollow)


def _take_out(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _means(data: bytes, element: etree._Element) -> bool:
    """True if the bytes alone are read as that element, without any repair."""
    result = read_xml(Source("", data))
    roots = () if result.tree is None or result.defects else result.tree.roots
    return [signature(root) for root in roots] == [signature(element)]


def _written(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="UTF-8", xml_declaration=True, with_tail=False) + b"\n"


def join(cluster: Cluster) -> Joined:
    """Put the section files of a backup together; sections in the order of the schema, status last."""
    given = cluster.assembly.root
    root = _bare(cluster.dialect) if given is None else deepcopy(given)
    root.tail = None
    configuration = root.find("configuration")
    if configuration is None:
        configuration = etree.Element("configuration")
        root.insert(0, configuration)
    headers = cluster.assembly.headers
    # A root that a file holds says itself which sections there are.
    empty = tuple(name for name in _REQUIRED if name not in headers) if given is None else ()
    for name in SECTION_TAGS:
        home = root if name == "status" else configuration
        for header in headers.get(name, ()):
            home.extend(_with_comments(header))
        if name in empty:
            etree.SubElement(home, name)
    if given is None and "status" not in headers:
        etree.SubElement(root, "status")
    etree.indent(root, space="  ")
    return Joined(_written(root), given is not None, empty)


def section_documents(cluster: Cluster) -> Iterator[tuple[str, list[Document]]]:
    """The files that hold each section."""
    for name, headers in cluster.assembly.headers.items():
        yield name, list(dict.fromkeys(map(cluster.document_of, headers)))


def _bare(dialect: Dialect) -> etree._Element:
    """A root of which nothing is known."""
    root = etree.Element("cib", admin_epoch="0", epoch="0", num_updates="0")
    if dialect.is_pacemaker:
        root.set("validate-with", "pacemaker-1.0" if dialect is Dialect.P10 else "pacemaker-1.2")
    return root


def _with_comments(header: etree._Element) -> list[etree._Element]:
    """A section with the comments above it in its file, and those at the end of the file."""
    above = []
    for node in header.itersiblings(preceding=True):
        if not is_comment(node):
            break
        above.append(node)
    below = list(header.itersiblings())
    nodes = [*reversed(above), header, *(below if all(map(is_comment, below)) else ())]
    copies = [deepcopy(node) for node in nodes if node is header or isinstance(node, etree._Comment)]
    for copy in copies:
        copy.tail = None
    return copies
