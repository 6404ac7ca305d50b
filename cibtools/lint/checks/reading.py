"""What is wrong with a file as a file, and words in a CIB that its dialect does not know."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from posixpath import basename

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.cluster.vocabulary.grammar import ElementGrammar, grammar
from cibtools.cluster.vocabulary.spelling import Names, nearest
from cibtools.lint.record.finding import Hit, Severity

_VARIANTS = frozenset({"damaged", "repaired", "entities", "unread", "unclassified", "ambiguous"})


def defects(cluster: Cluster) -> Iterator[Hit]:
    """Yield what reading each file brought to light."""
    for document in cluster.backup.documents:
        for defect in document.defects:
            variant = defect.variant if defect.variant in _VARIANTS else "damaged" if defect.fatal else "repaired"
            values = {"file": basename(document.path), "problem": defect.message, "hint": defect.hint}
            yield Hit(
                Place(document, spot=defect.span),
                values,
                variant,
                subject=basename(document.path),
                discriminator=variant,
            )


# Written by the daemons and tools themselves, in every release.
_NOBODY_MINDS = frozenset({"crm-debug-origin", "cib-last-written", "__crm_diff_marker__", "id"})
_WITHOUT = {
    "node": "the node is ignored",
    "primitive": "no agent is found for it",
    "op": "the operation is ignored",
    "nvpair": "the value is never read",
    "expression": "it is never true",
    "rsc_order": "the constraint has no effect",
    "rsc_colocation": "the constraint has no effect",
    "rsc_location": "the constraint has no effect",
}
"""What heartbeat 2.1 makes of an element that lacks what its DTD requires."""


def unknown_words(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield attributes and children that the dialect does not know here, and required attributes that are missing."""
    dialect = cluster.dialect_of(cluster.document_of(element))
    parent = element.getparent()
    above = None if parent is None else str(parent.tag)
    # What is right or wrong hangs on names alone, but for one value: few different elements make up a CIB of thousands.
    if _is_known(dialect, above, str(element.tag), tuple(map(str, element.attrib)), element.get("class", "ocf")):
        return
    known = grammar(dialect)
    rule = known.get(element.tag)
    yield from _unknown_element(cluster, element, dialect)
    if rule is None:
        return
    if not (element.tag == "cib" and dialect is Dialect.HB2):
        given = [str(name) for name in element.attrib]
        absent = Names(rule.attributes.difference(given))
        for name in given:
            if name not in rule.attributes and not _nobody_minds(name, dialect):
                yield _unknown_attribute(cluster, element, name, dialect, absent)
    if dialect.is_pacemaker and "provider" in element.attrib and element.get("class", "ocf") != "ocf":
        yield _hit(
            cluster, element, "provider", "provider", dialect, name="provider", standard=element.get("class"), hint=""
        )
    if "id-ref" not in element.attrib:
        for name in rule.required:
            if name != "id" and name not in element.attrib and not _stray(element, name, rule):
                effect = "" if dialect.is_pacemaker else _WITHOUT.get(element.tag, "it is not read as meant")
                yield _hit(cluster, element, None, "missing", dialect, effect=effect, name=name, hint="")


@lru_cache(maxsize=1024)
def _is_known(dialect: Dialect, parent: str | None, tag: str, given: tuple[str, ...], standard: str) -> bool:
    """True if nothing is to be said of an element, whatever its values are."""
    rules = grammar(dialect)
    rule = rules.get(tag)
    if rule is None or parent is None or parent not in rules or tag not in rules[parent].children:
        return False
    free = tag == "cib" and dialect is Dialect.HB2
    odd = not free and any(name not in rule.attributes and not _nobody_minds(name, dialect) for name in given)
    lost = "id-ref" not in given and any(name != "id" and name not in given for name in rule.required)
    return not (odd or lost or (dialect.is_pacemaker and "provider" in given and standard != "ocf"))


def _nobody_minds(name: str, dialect: Dialect) -> bool:
    # A description is read by no engine; the old DTD lists it for most elements and says it is for administrators.
    silent = name in _NOBODY_MINDS or name.startswith(("update-", "{"))
    return silent or (name == "description" and not dialect.is_pacemaker)


def _stray(element: etree._Element, missing: str, rule: ElementGrammar) -> bool:
    """True if an unknown attribute probably is the missing one: one mistake, one finding."""
    return any(nearest(name, (missing,)) for name in map(str, element.attrib) if name not in rule.attributes)


def _unknown_element(cluster: Cluster, element: etree._Element, dialect: Dialect) -> Iterator[Hit]:
    parent = element.getparent()
    rules = grammar(dialect)
    if parent is None or parent.tag not in rules or element.tag in rules[parent.tag].children:
        if element.tag not in rules and (parent is None or parent.tag == "cibtools-fragments"):
            yield _element_hit(cluster, element, dialect, "", nearest(element.tag, rules))
        return
    yield _element_hit(cluster, element, dialect, parent.tag, nearest(element.tag, rules[parent.tag].children))


def _element_hit(cluster: Cluster, element: etree._Element, dialect: Dialect, parent: str, near: str | None) -> Hit:
    homes = sorted(tag for tag, rule in grammar(dialect).items() if element.tag in rule.children)
    if near:
        hint = f"Did you mean <{near}>?"
    elif homes:
        hint = f"Its place is below {_listed(homes)}."
    else:
        hint = ""
    dropped = parent in ("resources", "constraints")
    return _hit(
        cluster,
        element,
        None,
        "element",
        dialect,
        name=element.tag,
        hint=hint,
        where=f" below <{parent}>" if parent else "",
        severity=Severity.ERROR if dropped or dialect.is_pacemaker else None,
        effect="heartbeat 2.1 drops it" if dropped and not dialect.is_pacemaker else "",
    )


def _unknown_attribute(cluster: Cluster, element: etree._Element, name: str, dialect: Dialect, absent: Names) -> Hit:
    if element.tag == "rsc_order" and name == "kind":
        return _hit(cluster, element, name, "kind", dialect, name=name, hint="")
    near = absent.nearest(name)
    homes = sorted(tag for tag, other in grammar(dialect).items() if name in other.attributes)
    hint = f'Did you mean "{near}"?' if near else f"It is an attribute of {_listed(homes)}." if homes else ""
    return _hit(cluster, element, name, "attribute", dialect, name=name, hint=hint)


def _listed(tags: list[str]) -> str:
    shown = [f"<{tag}>" for tag in tags[:3]]
    return ", ".join(shown) + (" and others" if len(tags) > 3 else "")


def _refused(dialect: Dialect) -> str:
    return f"the schema of {dialect.title} refuses it"


def _hit(
    cluster: Cluster,
    element: etree._Element,
    attribute: str | None,
    variant: str,
    dialect: Dialect,
    severity: Severity | None = None,
    effect: str = "",
    **values: object,
) -> Hit:
    identity = element.get("id") or element.get("name") or ""
    owner = f"{element.tag} '{identity}'" if identity else f"<{element.tag}>"
    given = {
        "owner": owner,
        "dialect": dialect.title,
        "where": "",
        "effect": effect or (_refused(dialect) if dialect.is_pacemaker else "it is ignored"),
        **values,
    }
    level = severity or (Severity.ERROR if dialect.is_pacemaker else None)
    return Hit(
        cluster.place(element, attribute),
        given,
        variant,
        severity=level,
        subject=identity,
        discriminator=f"{variant} {values.get('name', '')}",
    )
