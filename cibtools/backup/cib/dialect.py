"""Which CIB language a document speaks, told by its structure alone.

Names of options never vote: `allow-migrate` in a heartbeat-2.1 CIB is a mistake to report, not a sign of another
dialect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from lxml import etree
from msgspec import Struct


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
_OPTIONS = frozenset((
    "is_managed", "restart_type", "multiple_active", "resource_stickiness", "resource_failure_stickiness",
    "start_prereq", "target_role", "ordered", "collocated", "notify", "interleave", "globally_unique", "priority",
    "clone_max", "clone_node_max", "master_max", "master_node_max",
))  # fmt: skip
"""Options that heartbeat 2.1 reads as attributes of a resource too. Source: crm-1.0 DTD, policy engine 0.6."""
_RESOURCES = frozenset(("primitive", "group", "clone", "master_slave", "master"))
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
_WEAK = frozenset(("op", "rule", "cib"))
"""Where a word of Pacemaker's in a CIB of heartbeat 2.1 is a slip, which does not make a mixture of it."""
_SCHEMA = re.compile(r"pacemaker-(\d+)\.(\d+)$")
_OLD_SCHEMAS = frozenset(("pacemaker-0.6", "transitional-0.6"))
_NEXT = "pacemaker-next"
SCHEMA_HINT = 'Write the schema of the release that runs, such as validate-with="pacemaker-1.0".'
"""What to do about a value of `validate-with` that names no release."""
LAST_MINORS = {0: 6, 1: 3, 2: 10, 3: 10, 4: 0}
"""The last schema of each major number that Pacemaker has had so far."""
_FEATURE_SET = re.compile(r"(\d+)\.(?:(\d+)\.(\d+))?")
_FEATURES_OF_11 = (3, 0, 5)
"""A `crm_feature_set` that Pacemaker 1.0 never wrote: 1.0.0 has 3.0 and 1.0.8 has 3.0.1, as 1.1.2 still did."""


class Mark(NamedTuple):
    """One structural sign of a dialect; a named tuple, since a large CIB holds tens of thousands."""

    element: etree._Element
    what: str
    weak: bool = False
    """True for a word that may be a slip."""


class Detection(Struct, frozen=True):
    """The dialect of one or more documents and the signs for it; `dialect` is None if there are none.

    This is the one place that decides on it, for every command. A schema that `validate-with` states decides; then the
    signs at the root element, if they agree; then the majority, and of two equal numbers heartbeat 2.1.
    """

    dialect: Dialect | None
    old: tuple[Mark, ...]
    new: tuple[Mark, ...]
    doubt: str = ""
    """Why `validate-with` tells no release, if it is there and does not."""

    @property
    def mixed(self) -> bool:
        """True if parts are in the other dialect, which the release at hand does not read."""
        if self.dialect is Dialect.HB2:
            return any(not mark.weak for mark in self.new)
        return bool(self.old)

    @property
    def reason(self) -> str:
        """The evidence in words."""
        marks = self.old if self.dialect is Dialect.HB2 else self.new
        if not marks:
            return self.doubt or "no structural sign"
        counts: dict[str, int] = {}
        for mark in marks:
            counts[mark.what] = counts.get(mark.what, 0) + 1
        told = ", ".join(f"{what} ({count}×)" if count > 1 else what for what, count in list(counts.items())[:3])
        return f"{told}; {self.doubt}" if self.doubt else told


def detect_dialect(roots: Iterable[etree._Element]) -> Detection:
    """Weigh the structural signs below these elements; everything below `status` is left out."""
    old: list[Mark] = []
    new: list[Mark] = []
    level: Dialect | None = None
    schema: str | None = None
    for element in _configuration(roots):
        tag = element.tag
        if tag == "nvpair":
            # By far the most elements of a CIB are these, so they are told at once; one for each set.
            parent = element.getparent()
            before = element.getprevious()
            if parent is not None and parent.tag in SETS and (before is None or before.tag != "nvpair"):
                new.append(Mark(element, "nvpair directly below its set"))
            continue
        if tag in _LEVEL_11_TAGS or (tag == "rsc_order" and element.get("kind") is not None):
            level = Dialect.P11
        if tag == "cib":
            schema = schema or element.get("validate-with")
            if _features(element) >= _FEATURES_OF_11:
                level = Dialect.P11
            for is_old, mark in _root_marks(element):
                (old if is_old else new).append(mark)
        sign = _mark(element)
        if sign:
            (old if sign[0] else new).append(Mark(element, sign[1], tag in _WEAK or sign[1] == "id-ref"))
    doubt = schema_doubt(schema)
    if doubt:
        level = Dialect.P11
    return Detection(_verdict(_stated(schema), level, old, new), tuple(old), tuple(new), doubt)


def _verdict(stated: Dialect | None, level: Dialect | None, old: list[Mark], new: list[Mark]) -> Dialect | None:
    if stated:
        return stated
    if not old and not new:
        return level
    at_root = {side for side, marks in ((True, old), (False, new)) if any(mark.element.tag == "cib" for mark in marks)}
    is_old = at_root.pop() if len(at_root) == 1 else len(old) >= len(new)
    return Dialect.HB2 if is_old else (level or Dialect.P10)


def _stated(schema: str | None) -> Dialect | None:
    """The dialect that `validate-with` states; the 0.6 schemas describe the old structure, and decide nothing."""
    match = _SCHEMA.match(schema or "")
    if schema == _NEXT:
        return Dialect.P11
    if not match or schema in _OLD_SCHEMAS:
        return None
    return Dialect.P10 if (int(match[1]), int(match[2])) <= (1, 0) else Dialect.P11


def _is_known(match: re.Match[str] | None) -> bool:
    return match is not None and int(match[2]) <= LAST_MINORS.get(int(match[1]), -1)


def schema_doubt(schema: str | None) -> str:
    """Why a value of `validate-with` names no schema of a release; nothing if it does, or if there is none.

    Source: Pacemaker's list of schemas, and crm_verify 2.1.5 on each of these values.
    """
    match = _SCHEMA.match(schema or "")
    shown = f'validate-with="{schema}"'
    if schema is None or schema in _OLD_SCHEMAS or _is_known(match):
        return ""
    if schema == _NEXT:
        return f"{shown} is Pacemaker's schema in development, which differs from release to release"
    if schema.strip().lower() == "none":
        return f"{shown} turns Pacemaker's check off and names no release"
    plain = schema.strip().lower()
    if plain != schema and (_SCHEMA.match(plain) or plain in (*_OLD_SCHEMAS, _NEXT)):
        return f'{shown} is not a schema of Pacemaker; "{plain}" is'
    return f"{shown} is not a schema of any release of Pacemaker"


def _root_marks(cib: etree._Element) -> Iterator[tuple[bool, Mark]]:
    """The signs at the root that are values: (True, sign) for the old dialect."""
    schema = cib.get("validate-with")
    if schema in _OLD_SCHEMAS:
        yield True, Mark(cib, f'validate-with="{schema}"')
    elif _stated(schema):
        yield False, Mark(cib, f'validate-with="{schema}"')
    features = _FEATURE_SET.match(cib.get("crm_feature_set", ""))
    if features and not _stated(schema):
        yield int(features[1]) < 3, Mark(cib, f'crm_feature_set="{cib.get("crm_feature_set")}"', weak=True)


def _features(cib: etree._Element) -> tuple[int, ...]:
    """The `crm_feature_set`, if it has three numbers."""
    found = _FEATURE_SET.match(cib.get("crm_feature_set", ""))
    return tuple(int(part) for part in found.groups()) if found and found[2] else ()


def _configuration(roots: Iterable[etree._Element]) -> Iterator[etree._Element]:
    for root in roots:
        if root.tag == "cib":
            yield root
            for child in root.iterchildren("configuration"):
                yield from child.iter("*")
        elif root.tag not in ("status", "node_state"):
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
    if tag in _RESOURCES:
        option = next((name for name in map(str, element.attrib) if name in _OPTIONS), None)
        return (True, f"{option}= on {tag}") if option else None
    if tag not in _OLD_ATTRIBUTES:
        return (False, "id-ref") if "id-ref" in element.attrib else None
    for name in _OLD_ATTRIBUTES[tag]:
        if name in element.attrib:
            return True, f"{name}= on {tag}"
    for name in _NEW_ATTRIBUTES[tag]:
        if name in element.attrib:
            return False, f"{name}= on {tag}"
    return None
