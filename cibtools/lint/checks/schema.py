"""What the schema of a dialect has against the CIB documents of a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import basename

from msgspec.structs import replace

from cibtools.backup.cib.dialect import SCHEMA_HINT, Dialect
from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Document
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.cluster.schema.check import violations
from cibtools.cluster.schema.violation import Violation
from cibtools.lint.record.finding import Hit, Note, Severity

_EFFECT = {
    Dialect.HB2: "heartbeat 2.1 does not read it as meant",
    Dialect.P10: "Pacemaker 1.0 refuses the whole CIB",
    Dialect.P11: "Pacemaker refuses the whole CIB",
}


_SAID = frozenset({"unknown-element", "unknown-attribute", "missing-element", "missing-attribute", "value"})
"""Kinds of violation where it helps to hear what would be possible."""


def violated(cluster: Cluster) -> Iterator[Hit]:
    """Yield what the documents in use break; rules that know better what it leads to take precedence."""
    aside = set(cluster.assembly.aside)
    for found, hit in _hits(cluster, (document for document in cluster.cib_documents if document not in aside)):
        # That Pacemaker refuses a location without its resource is only a warning of the rule for references.
        soft = found.kind == "reference" and found.element.tag == "rsc_location"
        yield replace(hit, severity=Severity.WARNING) if soft else hit


def violated_anywhere(cluster: Cluster) -> Iterator[Hit]:
    """Yield what any document breaks, used or not, and what had to be repaired to be read at all."""
    for document in cluster.cib_documents:
        for defect in document.defects:
            values = {
                "message": f"{basename(document.path)}: {defect.message}",
                "effect": "no cluster can load the file",
                "remedy": f"Correct the file; here it was {defect.hint}.",
            }
            yield Hit(Place(document, spot=defect.span), values, discriminator=defect.variant)
        yield from _unstated(cluster, document)
    for _, hit in _hits(cluster, cluster.cib_documents):
        yield hit


def _unstated(cluster: Cluster, document: Document) -> Iterator[Hit]:
    """Yield a `validate-with` that names the schema of no release."""
    if isinstance(document.content, CibTree) and document.content.cib is not None and document.content.detection.doubt:
        values = {
            "message": f"cib: {document.content.detection.doubt}",
            "effect": "no schema of a release holds for it",
            "remedy": SCHEMA_HINT,
        }
        yield Hit(cluster.place(document.content.cib, "validate-with"), values)


def _hits(cluster: Cluster, documents: Iterable[Document]) -> Iterator[tuple[Violation, Hit]]:
    for document in documents:
        dialect = cluster.dialect_of(document)
        if isinstance(document.content, CibTree):
            for root in document.content.roots:
                yield from ((found, _hit(cluster, found, dialect)) for found in violations(root, dialect))


def _hit(cluster: Cluster, found: Violation, dialect: Dialect) -> Hit:
    place = cluster.place(found.element, found.attribute)
    said = found.kind in _SAID and found.expected and found.expected not in found.hint
    remedy = f"{found.hint} Possible: {found.expected}." if said else found.hint
    notes = (
        (Note(cluster.place(found.related, "id"), "the id is first used here"),) if found.related is not None else ()
    )
    # A missing id is reported at the id by the rule for ids, at the element here.
    other = {(id(place.document), found.element, "id", None)} if found.kind == "missing-attribute" else set()
    return Hit(
        place,
        {"message": found.message, "effect": _EFFECT[dialect], "remedy": remedy},
        notes=notes,
        subject=found.element.get("id", ""),
        discriminator=found.kind,
        topics=frozenset(other),
    )
