"""Which language the input speaks (M001): one sign of each is enough to know, so that a large CIB is not read in full.

`backup.dialect` counts every sign and names a dialect by the majority; a migration must not miss a single one.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib.dialect import SETS, Dialect, Mark, marked_attributes, marked_tags
from cibtools.backup.cib.tree import CibTree
from cibtools.cluster.model.cluster import Cluster
from cibtools.migrate.record.outcome import Given

_RESOURCES = ("primitive", "group", "clone", "master_slave", "master")
_CONSTRAINTS = ("rsc_order", "rsc_colocation")
_DETAILS = ("op", "rule")
_KEPT = frozenset({"id", "class", "provider", "type", "description"})


def language(cluster: Cluster) -> tuple[Given, Mark | None, Mark | None]:
    """The language of what is to be migrated, with a sign of the old and of the new one."""
    forced = cluster.forced_dialect
    if forced is not None:
        return (Given.NEW if forced is not Dialect.HB2 else Given.OLD), None, None
    base = cluster.assembly.base
    documents = [base] if base else cluster.cib_documents
    trees = [document.content for document in documents if isinstance(document.content, CibTree)]
    tops = [*_tops(trees)]
    old = next(_old_signs(trees, tops), None)
    new = next(_new_signs(trees, tops), None)
    if old is not None:
        return (Given.OLD if new is None else Given.MIXED), old, new
    new = new or next((mark for top in tops for mark in marked_attributes(top, *_DETAILS, old=False)), None)
    return (Given.OLD if new is None else Given.NEW), None, new


def _tops(trees: list[CibTree]) -> Iterator[etree._Element]:
    """The elements above all configuration."""
    for root in (root for tree in trees for root in tree.roots if root.tag not in ("status", "node_state")):
        yield from root.iterchildren("configuration") if root.tag == "cib" else (root,)


def _old_signs(trees: list[CibTree], tops: list[etree._Element]) -> Iterator[Mark]:
    for top in tops:
        yield from marked_tags(top, old=True)
        yield from marked_attributes(top, *_CONSTRAINTS, *_DETAILS, old=True)
        yield from _options_as_attributes(top)
    for tree in trees:
        if tree.cib is not None and not _states_new(tree.cib):
            yield Mark(tree.cib, _statement(tree.cib))


def _new_signs(trees: list[CibTree], tops: list[etree._Element]) -> Iterator[Mark]:
    """Signs of Pacemaker's structure; one of its words on an op or a rule is a question for the steps about those."""
    for tree in trees:
        if tree.cib is not None and _states_new(tree.cib):
            yield Mark(tree.cib, _statement(tree.cib))
    for top in tops:
        yield from marked_tags(top, old=False)
        yield from marked_attributes(top, *_CONSTRAINTS, old=False)
        yield from _bare_pairs(top)


def _states_new(cib: etree._Element) -> bool:
    stated = cib.get("validate-with", "")
    return stated.startswith("pacemaker-") and stated != "pacemaker-0.6"


def _statement(cib: etree._Element) -> str:
    stated = cib.get("validate-with")
    return "no validate-with" if stated is None else f'validate-with="{stated}"'


def _options_as_attributes(top: etree._Element) -> Iterator[Mark]:
    for resource in top.iter(*_RESOURCES):
        if not _KEPT.issuperset(resource.keys()):
            for name in resource.attrib:
                if name not in _KEPT:
                    yield Mark(resource, f"{name!s}= on {resource.tag}")


def _bare_pairs(top: etree._Element) -> Iterator[Mark]:
    for nvset in top.iter(*SETS):
        pair = next(nvset.iterchildren("nvpair"), None)
        if pair is not None:
            yield Mark(pair, "nvpair directly below its set")
