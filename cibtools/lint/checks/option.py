"""Options that are spelled for the other dialect, or stand where the engine does not look for them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib.dialect import SETS, Dialect
from cibtools.cluster.model.build import RESOURCE_TAGS
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.value import parse_boolean, parse_time
from cibtools.cluster.vocabulary.option_table import (
    DASH_ONLY,
    UNDERSCORE_ONLY,
    ValueType,
    cluster_option_like,
    dashed,
    is_meta_option,
    meta_option_like,
    meta_options,
    meta_spelling,
)
from cibtools.lint.record.finding import Hit, Note, Severity
from cibtools.lint.record.fix import Change, Fix

_WITHOUT = {
    "allow-migrate": "it is stopped and started instead of live-migrated",
    "target-role": "it is started all the same",
    "is-managed": "the cluster manages it all the same",
    "resource-stickiness": "it moves as the defaults say",
    "globally-unique": "the default of the release holds",
}
"""What happens to a resource whose option is not read."""


def nvset_of(pair: etree._Element) -> etree._Element | None:
    """The set an nvpair stands in; None for one saved alone."""
    parent = pair.getparent()
    if parent is not None and parent.tag == "attributes":
        parent = parent.getparent()
    return parent if parent is not None and parent.tag in SETS else None


def owner_of(nvset: etree._Element | None) -> etree._Element | None:
    """The element a set belongs to; None for one saved alone."""
    parent = nvset.getparent() if nvset is not None else None
    return None if parent is None or parent.tag == "cibtools-fragments" else parent


def label(element: etree._Element | None, fallback: str) -> str:
    """Name an element by its tag and id; the fallback if there is none."""
    return fallback if element is None else f"{element.tag} '{element.get('id', '')}'"


# --- spelled for the other dialect ------------------------------------------------------------------------------------


def foreign_spelling(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield options in the spelling of the other dialect; element is an nvpair or a resource."""
    dialect = cluster.dialect_of(cluster.document_of(element))
    if element.tag != "nvpair":
        if not dialect.is_pacemaker:
            for name in map(str, element.attrib):
                if _foreign_meta(name, dialect):
                    yield _foreign(cluster, element, element, name, name, dialect)
        return
    nvset = nvset_of(element)
    owner = owner_of(nvset)
    name = element.get("name", "")
    if nvset is not None and nvset.tag == "cluster_property_set":
        yield from _foreign_property(cluster, element, name, dialect)
        yield from _meta_among_properties(cluster, element, name, dialect)
    elif _holds_meta(nvset, owner, dialect) and _foreign_meta(name, dialect):
        yield _foreign(cluster, element, owner, name, "name", dialect)


def _holds_meta(nvset: etree._Element | None, owner: etree._Element | None, dialect: Dialect) -> bool:
    """True for sets in which the dialect looks for meta options; 2.1 looks into instance_attributes too."""
    if nvset is None:
        return True
    if nvset.tag == "meta_attributes":
        return owner is None or owner.tag in RESOURCE_TAGS or owner.tag in ("rsc_defaults", "template")
    in_resource = owner is None or owner.tag in RESOURCE_TAGS
    return nvset.tag == "instance_attributes" and not dialect.is_pacemaker and in_resource


def _foreign_meta(name: str, dialect: Dialect) -> bool:
    """True for a name that differs from an option's by dashes, blanks or case; a single word may be a parameter."""
    known = meta_option_like(name, dialect)
    if known is None or known.name == name:
        return False
    # Pacemaker 1.0 still looks for it under both names, to work out a migration threshold.
    return not (dialect is Dialect.P10 and name in ("resource_failure_stickiness", "resource-failure-stickiness"))


def _foreign(
    cluster: Cluster, element: etree._Element, owner: etree._Element | None, name: str, attribute: str, dialect: Dialect
) -> Hit:
    known = meta_option_like(name, dialect)
    right = known.name if known else meta_spelling(name, dialect)
    value = element.get("value", "") if element.tag == "nvpair" else element.get(name, "")
    twin = _twin(owner, right)
    same = twin is not None and _value(twin, right).strip().lower() == value.strip().lower()
    effect = _WITHOUT.get(dashed(right), "the default holds") if twin is None else "the other spelling beside it counts"
    values = {
        "owner": label(owner, "the set"),
        "found": name,
        "right": right,
        "dialect": dialect.title,
        "other": "Pacemaker" if "-" in name else "heartbeat 2.1",
        "effect": effect,
    }
    notes = (
        (Note(cluster.place(twin, "name" if twin.tag == "nvpair" else right), "this one is read"),)
        if twin is not None
        else ()
    )
    subject = owner.get("id", "") if owner is not None else name
    variant = "twice" if same else "" if name in (dashed(right), right.replace("-", "_")) else "misspelled"
    fix = _respelled(element, attribute, right, value, twin, same=same)
    return Hit(cluster.place(element, attribute), values, variant, notes, subject=subject, discriminator=name, fix=fix)


def _respelled(
    element: etree._Element, attribute: str, right: str, value: str, twin: etree._Element | None, *, same: bool
) -> Fix | None:
    """The right spelling in place of the wrong one; it takes effect, which only for a migration changes nothing now."""
    if element.tag != "nvpair" or attribute != "name":
        return None
    if same:
        return Fix("delete what is read nowhere and says the same", (Change(element),), safe=True)
    if twin is not None:
        return None
    harmless = dashed(right) == "allow-migrate" and parse_boolean(value) is not None
    return Fix(f'write "{right}"', (Change(element, "name", right),), safe=harmless)


def _twin(owner: etree._Element | None, right: str) -> etree._Element | None:
    """The same option of the same resource in the right spelling."""
    if owner is None:
        return None
    if right in owner.attrib:
        return owner
    for nvset in owner.iterchildren("meta_attributes", "instance_attributes"):
        for pair in nvset.iter("nvpair"):
            if pair.get("name") == right:
                return pair
    return None


def _value(twin: etree._Element, name: str) -> str:
    return twin.get("value", "") if twin.tag == "nvpair" else twin.get(name, "")


def _foreign_property(cluster: Cluster, element: etree._Element, name: str, dialect: Dialect) -> Iterator[Hit]:
    known = cluster_option_like(name, dialect)
    if known is None or name == known.name:
        return
    plain = name in (dashed(known.name), known.name.replace("-", "_"))
    if plain and dialect is Dialect.HB2 and dashed(name) not in (DASH_ONLY if "_" in name else UNDERSCORE_ONLY):
        return
    right = known.name
    twin = next((pair for pair in cluster_pairs(element) if pair.get("name") == right), None)
    same = twin is not None and twin.get("value", "").strip().lower() == element.get("value", "").strip().lower()
    default = f"the default {known.default} holds" if known.default else "it has no effect"
    values = {
        "owner": "cluster option",
        "found": name,
        "right": right,
        "dialect": dialect.title,
        "other": "the old",
        "effect": "the other spelling beside it counts" if twin is not None else default,
    }
    variant = "twice" if same else "legacy" if plain and dialect is Dialect.P10 else "property"
    # The GUI writes defaults out; one that is not read changes nothing.
    timed = known.type is ValueType.TIME and parse_time(element.get("value")) == parse_time(known.default)
    severity = Severity.INFO if timed and twin is None and variant == "property" else None
    fix = _respelled(element, "name", right, element.get("value", ""), twin, same=same)
    place = cluster.place(element, "name")
    yield Hit(place, values, variant, severity=severity, subject=name, discriminator=name, fix=fix)


def _meta_among_properties(cluster: Cluster, element: etree._Element, name: str, dialect: Dialect) -> Iterator[Hit]:
    """Yield an option of resources that stands among those of the cluster."""
    known = meta_option_like(name, dialect)
    if known is None or cluster_option_like(name, dialect) is not None:
        return
    values = {
        "found": name,
        "right": known.name,
        "dialect": dialect.title,
        "home": "rsc_defaults, or the meta_attributes of each resource" if dialect.is_pacemaker else "each resource",
    }
    yield Hit(cluster.place(element, "name"), values, "cluster-option", subject=name, discriminator=name)


def cluster_pairs(element: etree._Element) -> Iterator[etree._Element]:
    """All nvpairs in the same section of cluster options as this one."""
    nvset = nvset_of(element)
    section = nvset.getparent() if nvset is not None else None
    for other in section.iterchildren("cluster_property_set") if section is not None else ():
        yield from other.iter("nvpair")


# --- among the agent's parameters -------------------------------------------------------------------------------------


def among_parameters(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield a meta option that stands in instance_attributes; element is an nvpair."""
    nvset = nvset_of(element)
    owner = owner_of(nvset)
    name = element.get("name", "")
    if nvset is None or nvset.tag != "instance_attributes" or not is_meta_option(name):
        return
    if owner is not None and owner.tag not in RESOURCE_TAGS:
        return
    dialect = cluster.dialect_of(cluster.document_of(element))
    values = {
        "owner": label(owner, "the set"),
        "found": name,
        "right": meta_spelling(name, dialect),
        "dialect": dialect.title,
    }
    subject = owner.get("id", "") if owner is not None else name
    hit = Hit(cluster.place(element, "name"), values, subject=subject, discriminator=name)
    if not dialect.is_pacemaker:
        if name == "allow_migrate" and not _read_elsewhere(owner, name):
            yield Hit(hit.place, values, "grace", severity=Severity.WARNING, subject=subject, discriminator=name)
    elif dashed(name) in meta_options(dialect) and not _may_be_parameter(owner, name):
        yield hit


def _read_elsewhere(owner: etree._Element | None, name: str) -> bool:
    """True if the resource has the option where it belongs too: attributes and meta_attributes come first."""
    if owner is None:
        return False
    return name in owner.attrib or any(
        pair.get("name") == name for nvset in owner.iterchildren("meta_attributes") for pair in nvset.iter("nvpair")
    )


def _may_be_parameter(owner: etree._Element | None, name: str) -> bool:
    """True for plain words such as `priority` or `ordered` on a primitive: its agent may have such a parameter."""
    plain = "-" not in name and "_" not in name
    return plain and (owner is None or owner.tag == "primitive")
