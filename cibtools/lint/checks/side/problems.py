"""What the parsers of side files found wrong: one way from a problem to a finding, for all kinds of files.

A rule that rules.md has for a kind of file takes its problems; one general rule takes those of all others, so that a
new side file needs no rule of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from posixpath import basename

from msgspec.structs import replace

from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Document
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.problem import Problem
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.lint.checks.words import listed
from cibtools.lint.record.finding import Hit, Note

_WITH_A_RULE = frozenset({Kind.XM, Kind.HA_CF, Kind.AUTHKEYS, Kind.OCFS2, Kind.MULTIPATH})
"""Kinds whose problems the general rule leaves to another one."""
_OF_ABSENCE = frozenset({"no-auth", "undefined", "missing", "not-closed", "count", "fudge-without-clock"})
"""Variants that conclude from what is not there: an excerpt proves none of them."""


def directives(cluster: Cluster) -> Iterator[Hit]:
    """HB105: lines of ha.cf that heartbeat refuses, ignores or reads otherwise than it looks."""
    for hit in _problems(cluster, Kind.HA_CF):
        # What heartbeat 3 brought is a mistake only where heartbeat 2.1 runs.
        if hit.variant != "later" or not cluster.dialect.is_pacemaker:
            yield hit


def authkeys(cluster: Cluster) -> Iterator[Hit]:
    """HB201: an authkeys with which heartbeat does not start."""
    yield from _problems(cluster, Kind.AUTHKEYS)


def cluster_conf(cluster: Cluster) -> Iterator[Hit]:
    """STO201: a cluster.conf that contradicts itself; o2cb takes blanks where its tools write a tabulator."""
    yield from (hit for hit in _problems(cluster, Kind.OCFS2) if hit.variant != "blanks")


def multipath(cluster: Cluster) -> Iterator[Hit]:
    """STO402: keywords that multipath does not know, and names of disks that are given twice."""
    old: dict[int, list[Hit]] = defaultdict(list)
    for hit in _problems(cluster, Kind.MULTIPATH):
        if hit.variant == "old-name":
            old[id(hit.place.document)].append(hit)
        else:
            yield hit
    for hits in old.values():
        # A file of an old release has a dozen of them, which is one thing to know.
        names = [str(hit.values["sentence"]).partition(" is called ")[0] for hit in hits]
        told = f"{listed(names)} have other names in later releases"
        sentence = hits[0].values["sentence"] if len(hits) == 1 else told
        notes = tuple(Note(hit.place, "the old name") for hit in hits[1:])
        yield replace(hits[0], values={**hits[0].values, "sentence": sentence}, notes=notes, discriminator="old-name")


def others(cluster: Cluster) -> Iterator[Hit]:
    """CIB007: whatever else a parser found wrong."""
    kinds = dict.fromkeys(document.kind for document in cluster.backup.documents)
    for kind in kinds:
        if kind not in _WITH_A_RULE:
            yield from _problems(cluster, kind)


def _problems(cluster: Cluster, kind: Kind) -> Iterator[Hit]:
    """One hit for each thing that is wrong; copies of all nodes that share it share the hit."""
    found: dict[tuple[str, str, str], list[tuple[Document, Problem]]] = defaultdict(list)
    for document in cluster.backup.of_kind(kind):
        content = document.content
        for problem in content.problems if content is not None and not isinstance(content, CibTree) else ():
            if not (document.excerpt and problem.variant in _OF_ABSENCE):
                found[basename(document.path), problem.variant, problem.message].append((document, problem))
    for (name, variant, message), places in found.items():
        (first, problem), *copies = places
        related = [Note(Place(first, spot=span), "the same setting") for span in problem.related]
        again = [
            Note(Place(document, spot=other.span, item=variant), "the same in this copy") for document, other in copies
        ]
        yield Hit(
            Place(first, spot=problem.span, item=variant),
            {"file": name, "sentence": message},
            variant,
            (*related, *again),
            subject=name,
            discriminator=f"{variant} {message}",
        )
