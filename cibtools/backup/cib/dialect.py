"""Which CIB language a document speaks, told by its structure alone.

Names of options never vote: `allow-migrate` in a heartbeat-2.1 CIB is a mistake to report, not a sign of another
dialect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from lxml import etree


class Dialect(Enum):
    """A CIB language, and within Pacemaker's the level that `validate-with` tells."""

    HB2 = "hb2"
    """heartbeat 2.0 to 2.1.4, crm-1.0 DTD."""
    P10 = "p10"
    """Pacemaker 1.0."""
    P11 = "p11"
    """Pacemaker 1.1 and later."""

    @property
    def is_pacemaker(self) -> bool:
        """True for both Pacemaker levels."""
        return self is not Dialect.HB2

    @property
    def title(self) -> str:
        """The name for people."""
        return {"hb2": "heartbeat 2.1", "p10": "Pacemaker 1.0", "p11": "Pacemaker 1.1+"}[self.value]

    @property
    def option(self) -> str:
        """The name that `--dialect` takes."""
        return "heartbeat-2.1" if self is Dialect.HB2 else "pacemaker-1.0"


SETS = frozenset({"instance_attributes", "meta_attributes", "cluster_property_set", "rsc_defaults", "op_defaults"})
_OLD_TAGS = {"master_slave"}
_LEVEL_11_TAGS = {"fencing-topology", "tags", "bundle", "template", "acls", "alerts"}
_NEW_TAGS = {"rsc_defaults", "op_defaults", "master", "resource_set"} | _LEVEL_11_TAGS
# The switch of an operation, `disabled` or `enabled`, has no vote: the wrong one is what CIB504 reports.
_OLD_ATTRIBUTES = {
    "cib": ("have_quorum", "dc_uuid", "cib_feature_revision", "ccm_transition"),
    "rsc_order": ("from", "to"),
    "rsc_colocation": ("from", "to"),
    "op": ("prereq", "on_fail", "start_delay"),
    "rule": ("boolean_op", "score_attribute"),
}
_NEW_ATTRIBUTES = {
    "cib": ("have-quorum", "dc-uuid"),
    "rsc_order": ("first", "then", "kind"),
    "rsc_colocation": ("rsc", "with-rsc"),
    "op": ("requires", "on-fail", "start-delay"),
    "rule": ("boolean-op", "score-attribute"),
}
_SCHEMA = re.compile(r"pacemaker-(\d+)\.(\d+)$")


class Mark(NamedTuple):
    """One structural sign of a dialect; a named tuple, since a large CIB holds tens of thousands."""

    element: etree._Element
    what: str


@dataclass(frozen=True, slots=True)
class Detection:
    """The dialect of one document and the signs for it; `dialect` is None if there are none."""

    dialect: Dialect | None
    old: tuple[Mark, ...]
    new: tuple[Mark, ...]

    @property
    def mixed(self) -> bool:
        """True if the document speaks both languages."""
        return bool(self.old and self.new)

    @property
    def reason(self) -> str:
        """The evidence in words."""
        marks = self.old if self.dialect is Dialect.HB2 else self.new
        if not marks:
            return "no structural sign"
        counts: dict[str, int] = {}
        for mark in marks:
            counts[mark.what] = counts.get(mark.what, 0) + 1
        return ", ".join(f"{what} ({count}×)" if count > 1 else what for what, count in list(counts.items())[:3])


def detect_dialect(roots: Iterable[etree._Element]) -> Detection:
    """Count the structural signs below these elements; everything below `status` is left out."""
    old: list[Mark] = []
    new: list[Mark] = []
    level: Dialect | None = None
    stated: Dialect | None = None
    for element in _configuration(roots):
        tag = element.tag
        if tag == "nvpair":
            # By far the most elements of a CIB are these, so they are told at once.
            parent = element.getparent()
            if parent is not None and parent.tag in SETS:
                new.append(Mark(element, "nvpair directly below its set"))
            continue
        if tag == "cib":
            stated = _stated(element.get("validate-with")) or stated
            if stated:
                new.append(Mark(element, f'validate-with="{element.get("validate-with")}"'))
        if tag in _LEVEL_11_TAGS or (tag == "rsc_order" and element.get("kind") is not None):
            level = Dialect.P11
        mark = _mark(element)
        if mark:
            (old if mark[0] else new).append(Mark(element, mark[1]))
    return Detection(_verdict(stated, level, len(old), len(new)), tuple(old), tuple(new))


def _verdict(stated: Dialect | None, level: Dialect | None, old: int, new: int) -> Dialect | None:
    if stated:
        return stated
    if not old and not new and not level:
        return None
    return Dialect.HB2 if old >= new and old else (level or Dialect.P10)


def _stated(schema: str | None) -> Dialect | None:
    """The dialect that `validate-with` states; the 0.6 schemas describe the old structure, so they state nothing."""
    match = _SCHEMA.match(schema or "")
    if not match or match[1] == "0":
        return None
    return Dialect.P10 if (match[1], match[2]) == ("1", "0") else Dialect.P11


def marked_tags(top: etree._Element, *, old: bool) -> Iterator[Mark]:
    """The signs of one language among the tags, from an element down, as they are asked for."""
    for element in top.iter(*(_OLD_TAGS | {"attributes"} if old else _NEW_TAGS)):
        yield Mark(element, f"<{element.tag}>")


def marked_attributes(top: etree._Element, *tags: str, old: bool) -> Iterator[Mark]:
    """The signs of one language among the attributes of some elements, from an element down, as they are asked for."""
    for tag in tags:
        names = (_OLD_ATTRIBUTES if old else _NEW_ATTRIBUTES)[tag]
        for element in top.iter(tag):
            for name in names:
                if element.get(name) is not None:
                    yield Mark(element, f"{name}= on {tag}")


def _configuration(roots: Iterable[etree._Element]) -> Iterator[etree._Element]:
    for root in roots:
        if root.tag == "cib":
            yield root
            for child in root.iterchildren("configuration"):
                yield from child.iter("*")
        elif root.tag != "status":
            yield from root.iter("*")


def _mark(element: etree._Element) -> tuple[bool, str] | None:
    """(True, sign) for the old dialect, (False, sign) for the new one, None for neither."""
    tag = element.tag
    if tag == "attributes":
        return True, "<attributes> in a set"
    if tag in _OLD_TAGS:
        return True, f"<{tag}>"
    if tag in _NEW_TAGS:
        return False, f"<{tag}>"
    if tag not in _OLD_ATTRIBUTES:
        return (False, "id-ref") if "id-ref" in element.attrib else None
    for name in _OLD_ATTRIBUTES[tag]:
        if name in element.attrib:
            return True, f"{name}= on {tag}"
    for name in _NEW_ATTRIBUTES[tag]:
        if name in element.attrib:
            return False, f"{name}= on {tag}"
    return None
