"""Options that no release has."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.build import RESOURCE_TAGS
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.vocabulary.data import gone_rows, option_names
from cibtools.cluster.vocabulary.option_table import (
    cluster_option_like,
    cluster_options,
    dashed,
    is_meta_option,
    meta_option_like,
    meta_options,
    operation_attributes,
)
from cibtools.cluster.vocabulary.spelling import nearest
from cibtools.lint.checks.option import label, nvset_of, owner_of
from cibtools.lint.record.finding import Hit
from cibtools.lint.record.fix import Change, Fix

_ALL = (Dialect.HB2, Dialect.P10, Dialect.P11)
_HOMES = ("rsc_defaults", "template")


def unknown(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield a cluster or meta option that no release has (CIB202); element is an nvpair."""
    nvset, name = nvset_of(element), element.get("name", "")
    owner = owner_of(nvset)
    dialect = cluster.dialect_of(cluster.document_of(element))
    if nvset is None or not name or element.get("id-ref"):
        return
    if nvset.tag == "cluster_property_set":
        if _is_foreign_state(nvset, dialect):
            return
        known, like, kind = cluster_options, cluster_option_like, "cluster option"
        # Another rule's: an option of resources, in whatever spelling, that stands here.
        if meta_option_like(name, dialect) is not None or is_meta_option(name):
            return
    elif nvset.tag == "meta_attributes" and (owner is None or owner.tag in RESOURCE_TAGS or owner.tag in _HOMES):
        known, like, kind = meta_options, meta_option_like, "meta option"
    else:
        yield from _elsewhere(cluster, element, nvset, owner)
        return
    if any(dashed(name) in known(other) or like(name, other) is not None for other in _ALL):
        return
    if dialect is Dialect.P11 and any(row["name"] == dashed(name) for row in gone_rows()):
        return
    near = nearest(name, [option.name for option in known(dialect).values()])
    values = {
        "owner": label(owner if kind == "meta option" else nvset, "the set"),
        "kind": kind,
        "name": name,
        "hint": f'Did you mean "{near}"?' if near else "Correct the name, or delete it.",
    }
    yield Hit(
        cluster.place(element, "name"),
        values,
        "" if near or kind == "cluster option" else "own",
        subject=owner.get("id", "") if owner is not None and kind == "meta option" else nvset.get("id", ""),
        discriminator=name,
        fix=_renamed(element, near),
    )


def _renamed(pair: etree._Element, near: str | None) -> Fix | None:
    """Give the pair the name that was probably meant, unless there is one of that name already."""
    if near is None or any(other.get("name") == near for other in pair.itersiblings("nvpair")):
        return None
    if any(other.get("name") == near for other in pair.itersiblings("nvpair", preceding=True)):
        return None
    return Fix(f'write "{near}"', (Change(pair, "name", near),), safe=False)


def _elsewhere(
    cluster: Cluster, pair: etree._Element, nvset: etree._Element, owner: etree._Element | None
) -> Iterator[Hit]:
    """Yield a name that differs a little from one that Pacemaker reads in operations, alerts and fencing devices.

    A name that resembles none says nothing there: it may be a parameter, or a mark that a tool keeps.
    """
    name = pair.get("name", "")
    kind, known = _read_there(nvset, owner)
    near = nearest(name, sorted(known)) if known and name not in known and dashed(name) not in known else None
    if near and owner is not None and cluster.dialect.is_pacemaker:
        yield Hit(
            cluster.place(pair, "name"),
            {"owner": label(owner, "the set"), "kind": kind, "name": name, "hint": f'Did you mean "{near}"?'},
            subject=owner.get("id", ""),
            discriminator=name,
        )


def _read_there(nvset: etree._Element, owner: etree._Element | None) -> tuple[str, frozenset[str]]:
    """What the names of a set are called, and those that Pacemaker reads in it; none if it reads none."""
    tag = "" if owner is None else owner.tag
    if nvset.tag == "meta_attributes" and tag in ("op", "op_defaults"):
        return "option of operations", frozenset(operation_attributes(Dialect.P11)) | option_names("operation_more")
    if nvset.tag == "meta_attributes" and tag in ("alert", "recipient"):
        return "option of alerts", option_names("alert")
    if nvset.tag == "instance_attributes" and owner is not None and owner.get("class") == "stonith":
        return "parameter of fencing devices", option_names("fencing")
    return "", frozenset()


def _is_foreign_state(nvset: etree._Element, dialect: Dialect) -> bool:
    """True for a set in which an agent keeps notes of its own, as those of SAP HANA do."""
    if dialect is not Dialect.P11 or nvset.get("id") == "cib-bootstrap-options":
        return False
    return all(dashed(pair.get("name", "")) not in cluster_options(dialect) for pair in nvset.iter("nvpair"))
