"""What a later release of Pacemaker no longer reads, or reads otherwise, told before the upgrade."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.vocabulary.data import GoneRow, gone_rows
from cibtools.cluster.vocabulary.option_table import dashed
from cibtools.cluster.vocabulary.release import NEWEST, ROLLING, Release, release_of
from cibtools.lint.checks.option import nvset_of, owner_of
from cibtools.lint.record.finding import Hit, Severity

_DIGITS = re.compile(r"\d+(?:\.\d+)+")
_LAST_LEVEL = 9
Word = tuple[str, str, str | None, str]
"""Kind and name as in the table, the attribute that says so, and what to call it."""


@lru_cache(maxsize=1)
def _gone() -> Mapping[tuple[str, str], GoneRow]:
    return {(row["kind"], row["name"]): row for row in gone_rows()}


def gone(cluster: Cluster, element: etree._Element, target: Release | None = None) -> Iterator[Hit]:
    """Yield what of an element the target, or Pacemaker 3.0, no longer reads (CIB809).

    Without a target, CIBs of Pacemaker 1.0 are left alone, and so is what an upgrade turns into the same by itself.
    """
    if target is None and cluster.dialect_of(cluster.document_of(element)) is not Dialect.P11:
        return
    for kind, name, attribute, said in _words(element):
        row = _gone().get((kind, name))
        if row is None or release_of(row["since"]) > (target or NEWEST):
            continue
        instead, harmless, quiet = row["instead"], row.get("harmless"), row.get("quiet")
        if quiet and target is None:
            continue
        values = {
            "what": said,
            "since": row["since"],
            "effect": row["effect"],
            "hint": f"Write {instead} in place of {said} before the upgrade."
            if instead
            else f"Delete {said}; nothing takes its place.",
        }
        yield Hit(
            cluster.place(element, attribute),
            values,
            severity=Severity.INFO if harmless else None,
            subject=element.get("id", ""),
            discriminator=f"{kind} {name}",
        )
    if target is not None and element.tag == "nvpair" and element.get("name") == "dc-version":
        yield from _too_old(cluster, element, target)


def _too_old(cluster: Cluster, element: etree._Element, target: Release) -> Iterator[Hit]:
    """Yield that the release which wrote the CIB is older than a rolling upgrade to the target may start from."""
    found = _DIGITS.match(element.get("value", ""))
    runs = tuple(int(part) for part in found[0].split(".")) if found else ()
    for since, earliest in reversed(ROLLING):
        if found and since <= target and runs < earliest:
            least = ".".join(map(str, earliest))
            values = {"runs": found[0], "target": ".".join(map(str, target)), "least": least}
            yield Hit(cluster.place(element, "value"), values, "rolling", discriminator="rolling")
            return


def _words(element: etree._Element) -> Iterator[Word]:
    """Give what an element is and has, as the table names it."""
    tag = str(element.tag)
    if tag == "nvpair":
        yield from _of_pair(element)
        return
    yield "element", tag, None, f"<{tag}>"
    if tag in ("primitive", "template"):
        # The scheduler compares classes without regard to case.
        yield "class", element.get("class", "").lower(), "class", f"class {element.get('class', '')}"
    if tag == "node":
        yield "node", element.get("type", ""), "type", f"node type {element.get('type', '')}"
    if tag == "fencing-level" and element.get("index", "").isdigit() and int(element.get("index", "")) > _LAST_LEVEL:
        yield "structure", "level above 9", "index", f"fencing level {element.get('index')}"
    if tag == "rsc_location" and len(element.findall("rule")) > 1:
        yield "structure", "several rules", None, "a location with several rules at its top"
    for name in map(str, element.attrib):
        yield "attribute", f"{tag}/{name}", name, f"{name} of <{tag}>"


def _of_pair(pair: etree._Element) -> Iterator[Word]:
    nvset, name, value = nvset_of(pair), pair.get("name", ""), pair.get("value", "").strip()
    if nvset is None:
        return
    part = _part(nvset, owner_of(nvset))
    said = "cluster option" if part == "cluster" else "parameter" if part == "instance" else "meta option"
    said = f"{said} {name}"
    yield part, dashed(name) if part in ("cluster", "meta") else name, "name", said
    if part == "cluster":
        yield "value", f"{name}={value.lower()}", "value", f"{name}={value}"
    if pair.get("id-ref"):
        return
    if "value" not in pair.attrib:
        yield "structure", "nvpair without a value", "name", f"{said} without a value"
    if any(other.get("name") == name for other in pair.itersiblings("nvpair", preceding=True)):
        yield "structure", "second of a name", "name", f"the second {name} of one set"


def _part(nvset: etree._Element, owner: etree._Element | None) -> str:
    """Whose options a set holds, as the table calls it."""
    above = "" if owner is None else str(owner.tag)
    if nvset.tag == "cluster_property_set":
        return "cluster"
    if above == "op":
        return "operation"
    if above == "op_defaults":
        return "default"
    return {"meta_attributes": "meta", "instance_attributes": "instance"}.get(str(nvset.tag), "")
