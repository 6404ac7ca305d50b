"""What a later release of Pacemaker no longer reads, told before the upgrade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml import etree

from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.vocabulary.data import GoneRow, gone_rows
from cibtools.lint.checks.option import nvset_of
from cibtools.lint.record.finding import Hit, Severity

_SETS = {"cluster_property_set": "cluster", "meta_attributes": "meta"}


@lru_cache(maxsize=1)
def _gone() -> Mapping[tuple[str, str], GoneRow]:
    return {(row["kind"], row["name"]): row for row in gone_rows()}


def gone(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield what of an element Pacemaker 3.0 no longer reads, or an earlier release than that already."""
    for kind, name, attribute, said in _words(element):
        row = _gone().get((kind, name))
        if row is None:
            continue
        values = {
            "what": said,
            "since": row["since"],
            "effect": row["effect"],
            "hint": f"Write {row['instead']} before the upgrade."
            if row["instead"]
            else "Delete it; nothing takes its place.",
        }
        yield Hit(
            cluster.place(element, attribute),
            values,
            severity=Severity.INFO if "rewrites" in row["effect"] else None,
            subject=element.get("id", ""),
            discriminator=f"{kind} {name}",
        )


def _words(element: etree._Element) -> Iterator[tuple[str, str, str | None, str]]:
    """Give what an element is and has, as the table names it: kind, name, attribute and how to call it."""
    tag = str(element.tag)
    if tag == "nvpair":
        nvset, name, value = nvset_of(element), element.get("name", ""), element.get("value", "").strip()
        part = _SETS.get(str(nvset.tag), "") if nvset is not None else ""
        yield part, name, "name", f"{part} option {name}"
        if part == "cluster":
            yield "value", f"{name}={value.lower()}", "value", f"{name}={value}"
        return
    yield "element", tag, None, f"<{tag}>"
    if tag in ("primitive", "template"):
        yield "class", element.get("class", ""), "class", f"class {element.get('class', '')}"
    if tag == "node":
        yield "node", element.get("type", ""), "type", f"node type {element.get('type', '')}"
    for name in map(str, element.attrib):
        yield "attribute", f"{tag}/{name}", name, f"{name} of <{tag}>"
