"""Drafting: the copy of a cluster's CIB with which a migration starts, however many files hold it."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from cibtools.backup.cib.section import FRAGMENT_HOME
from cibtools.backup.cib.tree import CibTree, is_comment
from cibtools.cluster.model.cluster import Cluster
from cibtools.migrate.draft.draft import CONFIGURATION_ORDER, LOOSE, Draft, Shape


def draft_of(cluster: Cluster) -> Draft:
    """Copy the CIB of a cluster, however many files hold it."""
    assembly = cluster.assembly
    known = frozenset(name for name in assembly.headers if cluster.has_all(name))
    if assembly.base is not None:
        return _whole(cluster, known)
    top = etree.Element("cib")
    configuration = etree.SubElement(top, "configuration")
    shape = Shape.SECTIONS if assembly.headers else Shape.OBJECTS
    draft = Draft(top, shape, known, cluster)
    names = sorted(assembly.sections, key=lambda name: (_rank(name), name))
    for name in names:
        home = top if name == "status" else configuration
        _fill(draft, etree.SubElement(home, name), assembly.headers.get(name, ()), assembly.sections[name])
    if any(found.tag not in FRAGMENT_HOME for found in assembly.loose):
        loose = etree.SubElement(configuration, LOOSE)
        _fill(draft, loose, (), tuple(found for found in assembly.loose if found.tag not in FRAGMENT_HOME))
    return draft


def _whole(cluster: Cluster, known: frozenset[str]) -> Draft:
    original = _cib_of(cluster)
    assert cluster.assembly.base is not None
    if not cluster.assembly.base.excerpt:
        # What a whole CIB has no section for does not exist either, and M002 will say so in the result.
        known |= {name for name in CONFIGURATION_ORDER if name not in cluster.assembly.headers}
    top = deepcopy(original)
    top.tail = None
    draft = Draft(top, Shape.WHOLE, known, cluster)
    draft.adopt(top, original)
    if next(top.iterchildren("configuration"), None) is None:
        draft.create(top, "configuration", (), cause=top, index=0)
    sections = {header for found in cluster.assembly.headers.values() for header in found}
    for found in (found for section in cluster.assembly.sections.values() for found in section):
        if found.getparent() in sections:
            continue
        home = FRAGMENT_HOME.get(found.tag)
        if home == "status":
            status = draft.section("status")
            _append(draft, draft.create(top, "status", (), cause=top) if status is None else status, found)
        elif home:
            _append(draft, draft.need_section(home, top), found)
    return draft


def _cib_of(cluster: Cluster) -> etree._Element:
    base = cluster.assembly.base
    assert base is not None
    assert isinstance(base.content, CibTree)
    found = base.content.cib
    assert found is not None
    return found


def _rank(name: str) -> int:
    return CONFIGURATION_ORDER.index(name) if name in CONFIGURATION_ORDER else len(CONFIGURATION_ORDER)


def _fill(
    draft: Draft, section: etree._Element, headers: tuple[etree._Element, ...], objects: tuple[etree._Element, ...]
) -> None:
    """Copy objects into a section of the draft, with the comments between them and the attributes above them."""
    wanted = set(objects)
    for header in headers:
        for name in header.attrib:
            section.set(str(name), header.get(str(name), ""))
        for child in header:
            if child in wanted:
                _append(draft, section, child)
                wanted.discard(child)
            elif is_comment(child):
                section.append(deepcopy(child))
    for found in objects:
        if found in wanted:
            _append(draft, section, found)


def _append(draft: Draft, section: etree._Element, original: etree._Element) -> None:
    copy = deepcopy(original)
    copy.tail = None
    section.append(copy)
    draft.adopt(copy, original)
