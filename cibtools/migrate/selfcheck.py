"""M140: is the result what Pacemaker 1.0 allows, and if not, which step is to blame? It is never written unasked.

A fault is a mistake of ours or an input that no step foresaw, so it names the last step that touched the place.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import is_comment
from cibtools.cluster.schema.check import is_valid, violations
from cibtools.cluster.schema.violation import Violation
from cibtools.migrate.record.outcome import Migration


class Fault(Struct, frozen=True):
    """One thing in the result that the schema does not take."""

    violation: Violation
    step: str
    """The last step that changed the element or what is around it; empty if none did, so that the input is to blame."""


def faults(migration: Migration) -> tuple[Fault, ...]:
    """What the schema of Pacemaker 1.0 has against the result; whole CIBs are checked with their references."""
    # The schema says nothing of comments, nor of the status, which a node_state alone comes from.
    roots = [root for root in migration.roots() if not is_comment(root) and root.tag != "node_state"]
    if all(is_valid(root, Dialect.P10) for root in roots):
        return ()
    last = {note.element: note.step for note in migration.notes if note.element is not None}
    return tuple(
        Fault(found, next(_steps(found.element, last), "")) for root in roots for found in violations(root, Dialect.P10)
    )


def _steps(element: etree._Element, last: dict[etree._Element, str]) -> Iterator[str]:
    for inner in element.iter("*"):
        if inner in last:
            yield last[inner]
    for outer in element.iterancestors():
        if outer in last:
            yield last[outer]
