"""Two clusters compared by meaning: ids are keys, and the order of siblings counts only where the engine reads it.

Both sides become dicts keyed by what the pairing found to be the same thing; deepdiff compares those, and each of its
findings is told in Pacemaker's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from cibtools.backup.cib.dialect import SETS
from cibtools.backup.cib.section import SECTION_TAGS
from cibtools.backup.record.secret import MASK, is_secret_name, mask_text
from cibtools.cluster.compare.difference import Comparison, Difference, DifferenceKind
from cibtools.cluster.compare.pairing import Pair, content, members, pair_objects, pair_parts, parts, value
from cibtools.cluster.model.build import RESOURCE_TAGS
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.cluster.vocabulary.grammar import REFERENCES

_COUNTERS = frozenset((
    "admin_epoch", "epoch", "num_updates", "num_peers", "cib-last-written", "dc-uuid", "dc_uuid", "have-quorum",
    "have_quorum", "crm_feature_set", "cib_feature_revision", "ccm_transition", "generated", "update-origin",
    "update-client", "update-user", "execution-date",
))  # fmt: skip
"""Attributes of the root that the running cluster writes."""
_RECORDS = frozenset(("dc-version", "cluster-infrastructure", "last-lrm-refresh"))
"""Cluster options that the running cluster writes."""
_CONTAINER = "container"
_CONTAINERS = frozenset((*RESOURCE_TAGS, "bundle"))
_ORDER = "order of "
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two clusters."""

    sections: Mapping[str, tuple[etree._Element, ...]]
    """The objects in each section that the input holds."""
    complete: frozenset[str]
    """Sections of which is known that what is not there does not exist."""
    root: etree._Element | None
    """The `cib` element, if the input holds one."""
    place: Callable[[etree._Element, str], Place | None] = field(repr=False)
    """Where an element, or one of its attributes, stands in the input."""


def side_of(cluster: Cluster) -> Side:
    """A cluster as it was read."""
    assembly = cluster.assembly
    known = SECTION_TAGS if assembly.root is not None else tuple(assembly.headers)
    complete = frozenset(name for name in known if name not in assembly.headers or cluster.has_all(name))
    return Side(assembly.sections, complete, assembly.root, cluster.place)


def compare(old: Side, new: Side) -> Comparison:
    """Tell every difference but those that a running cluster makes by itself."""
    from deepdiff import DeepDiff

    present = {*old.sections, *new.sections}
    names = [name for name in (*SECTION_TAGS, *sorted(present - {*SECTION_TAGS})) if name in present - {"status"}]
    compared = [name for name in names if _known(old, name) and _known(new, name)]
    ledger = _Ledger()
    if old.root is not None and new.root is not None:
        ledger.enter("cib", (old.root, new.root), root=True)
    for name in compared:
        for pair in pair_objects([*_objects(old, name)], [*_objects(new, name)]):
            if not _beyond(name, pair, old, new) and not _equal(pair):
                ledger.enter(name, pair)
    tree = DeepDiff(
        ledger.old, ledger.new, view="tree", threshold_to_diff_deeper=0, ignore_private_variables=False
    )  # fmt: skip
    keys = sorted(tuple(map(str, level.path(output_format="list"))) for levels in tree.values() for level in levels)
    found = tuple(_difference(ledger.facts[key], old, new) for key in keys)
    return Comparison(found, tuple(compared), tuple(_gaps(names, old, new)))


def _known(side: Side, name: str) -> bool:
    return name in side.sections or name in side.complete


def _beyond(name: str, pair: Pair, old: Side, new: Side) -> bool:
    """True for an object that one side lacks because it holds a part of the section only."""
    lacking, having = (old, new) if pair[0] is None else (new, old)
    return None in pair and name not in lacking.complete and name in having.complete


def _equal(pair: Pair) -> bool:
    """True if both sides say the same, which most of a large CIB does."""
    old, new = pair
    if old is None or new is None or (old.get("id"), _container(old)) != (new.get("id"), _container(new)):
        return False
    return content(old) == content(new)


def _gaps(names: list[str], old: Side, new: Side) -> Iterator[str]:
    for name in names:
        for title, side, other in (("OLD", old, new), ("NEW", new, old)):
            if not _known(side, name):
                yield f"{name} not compared: {title} does not hold this section"
            elif name not in side.complete and name in other.complete:
                yield f"{name} compared in part: {title} holds only some of its objects"


def _objects(side: Side, name: str) -> Iterator[etree._Element]:
    """The objects of a section; resources also from within groups and clones, so that a move is told as a move."""
    for top in side.sections.get(name, ()):
        if top.tag not in RESOURCE_TAGS:
            yield top
        if name == "resources":
            yield from top.iter(*RESOURCE_TAGS)


@dataclass(frozen=True, slots=True)
class _Fact:
    """What one key of the two dicts stands for."""

    section: str
    pairs: tuple[Pair, ...]
    """The object, and what lies within it on the way to the thing."""
    attribute: str = ""
    order: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class _Ledger:
    """The two sides as dicts: object, then what is said of it; equal objects are not entered."""

    old: dict[str, dict[str, str]] = field(default_factory=dict)
    new: dict[str, dict[str, str]] = field(default_factory=dict)
    facts: dict[_Key, _Fact] = field(default_factory=dict)

    def enter(self, section: str, pair: Pair, *, root: bool = False) -> None:
        """Take up an object of which at least one side has something to say."""
        old, new = pair
        # Numbers keep the order of the input, and two objects of one id apart.
        key = f"{len(self.facts):07d} {section}"
        self.facts[(key,)] = _Fact(section, (pair,))
        a_set = any(side is not None and side.tag in SETS for side in pair)
        if old is not None or a_set:
            self.old[key] = {}
        if new is not None or a_set:
            self.new[key] = {}
        if root:
            self._attributes(key, _Fact(section, (pair,)), _COUNTERS)
        elif a_set or (old is not None and new is not None):
            self._container(key, section, pair)
            self._walk(key, _Fact(section, (pair,)), frozenset(("id",) if a_set else ()))

    def _say(self, key: str, fact: _Fact, old: str | None, new: str | None) -> None:
        name = f"{len(self.facts):07d} {fact.attribute}"
        self.facts[key, name] = fact
        for side, said in ((self.old, old), (self.new, new)):
            if said is not None:
                side[key][name] = said

    def _container(self, key: str, section: str, pair: Pair) -> None:
        around = [_container(side) for side in pair]
        if any(around):
            self._say(key, _Fact(section, (pair,), _CONTAINER), *around)

    def _attributes(self, key: str, fact: _Fact, but: frozenset[str]) -> None:
        old, new = fact.pairs[-1]
        names = dict.fromkeys(str(name) for side in (old, new) if side is not None for name in side.attrib)
        for name in names:
            if name not in but:
                said = [value(side, name) if side is not None and name in side.attrib else None for side in (old, new)]
                self._say(key, _Fact(fact.section, fact.pairs, name), *said)

    def _walk(self, key: str, fact: _Fact, but: frozenset[str]) -> None:
        old, new = fact.pairs[-1]
        if old is not None and new is not None:
            if old.tag != new.tag:
                self._say(key, _Fact(fact.section, fact.pairs, "kind"), str(old.tag), str(new.tag))
            order = _orders(old, new)
            if order:
                self._say(key, _Fact(fact.section, fact.pairs, _ORDER + _order_word(old), order), *order)
        self._attributes(key, fact, but)
        for pair in pair_parts([*_told_parts(old)], [*_told_parts(new)]):
            inner = _Fact(fact.section, (*fact.pairs, pair))
            some = next(side for side in pair if side is not None)
            if None not in pair and content(pair[0]) == content(pair[1]):  # type: ignore[arg-type]
                continue
            if None in pair and some.tag not in SETS:
                self._say(key, inner, *(None if side is None else str(side.tag) for side in pair))
            else:
                self._walk(key, inner, frozenset() if some.tag in REFERENCES else frozenset(("id",)))


def _told_parts(element: etree._Element | None) -> Iterator[etree._Element]:
    """The parts of an element without what the running cluster writes among the cluster options."""
    for part in parts(element):
        if element is None or element.tag != "cluster_property_set" or part.get("name") not in _RECORDS:
            yield part


def _container(element: etree._Element | None) -> str | None:
    parent = None if element is None else element.getparent()
    return parent.get("id", "") if parent is not None and parent.tag in _CONTAINERS else None


def _orders(old: etree._Element, new: etree._Element) -> tuple[str, str] | None:
    """The members of both sides if their order differs; members that were only taken out of a group do not count."""
    before, after = members(old), members(new)
    pairs = (pair_parts if old.tag.startswith("rsc_") else pair_objects)(before, after)
    position = {element: index for index, element in enumerate(after)}
    common = [position[right] for left, right in pairs if left is not None and right is not None]
    added, removed = (any(pair[side] is None for pair in pairs) for side in (0, 1))
    free = old.tag == new.tag == "resource_set" and "sequential:False" == value(old, "sequential") == value(
        new, "sequential"
    )
    if not added and not (removed and old.tag == "resource_set") and (free or common == sorted(common)):
        return None
    shown = tuple(", ".join(child.get("id", "?") for child in side) or "none" for side in (before, after))
    return shown[0], shown[1]


def _order_word(element: etree._Element) -> str:
    return "resource sets" if element.tag.startswith("rsc_") else "members"


def _difference(fact: _Fact, old: Side, new: Side) -> Difference:
    left, right = fact.pairs[-1]
    subject, *within = [_label(pair, fact.pairs[at - 1] if at else None) for at, pair in enumerate(fact.pairs)]
    attribute = "" if fact.attribute.startswith(_ORDER) or fact.attribute in (_CONTAINER, "kind") else fact.attribute
    alone = not fact.attribute
    places = [
        None if element is None else side.place(element, attribute)
        for side, element in ((old, left if alone else _nearest(fact, 0)), (new, right if alone else _nearest(fact, 1)))
    ]
    route = (fact.section, subject, tuple(name for name in within if name))
    if alone:
        kind = DifferenceKind.ONLY_OLD if left is not None else DifferenceKind.ONLY_NEW
        some = left if left is not None else right
        assert some is not None
        return Difference(kind, *route, detail=_detail(some) + _inside(fact), old=places[0], new=places[1])
    kind = DifferenceKind.REORDERED if fact.order[0] else DifferenceKind.CHANGED
    before, after = fact.order if fact.order[0] else (_said(left, fact.attribute), _said(right, fact.attribute))
    return Difference(kind, *route, fact.attribute, before, after, "", places[0], places[1])


def _inside(fact: _Fact) -> str:
    """The option set around an option that only one side has: one that moved to another set is told twice."""
    around = next((side for pair in fact.pairs[1:-1][-1:] for side in pair if side is not None), None)
    return f", in {around.tag}" if around is not None and around.tag in SETS else ""


def _nearest(fact: _Fact, side: int) -> etree._Element | None:
    """The thing on one side, or what is around it there."""
    return next((pair[side] for pair in reversed(fact.pairs) if pair[side] is not None), None)


def _label(pair: Pair, around: Pair | None) -> str:
    """What a thing is called; an option set that is the only one of its kind needs no mention."""
    element = pair[0] if pair[0] is not None else pair[1]
    assert element is not None
    tag = str(element.tag)
    if tag in SETS and around is not None:
        counts = [len([part for part in parts(side) if part.tag == tag]) for side in around]
        if max(counts) < 2:
            return ""
    names = [element.get("name"), element.get("interval"), element.get("role")] if tag == "op" else []
    if not names:
        names = [element.get("name" if tag == "nvpair" else "uname" if tag == "node" else "id") or element.get("id")]
    return " ".join(name for name in (tag, *names) if name)


def _said(element: etree._Element | None, name: str) -> str | None:
    """The value of an attribute as it may be shown."""
    if element is None:
        return None
    if name in (_CONTAINER, "kind"):
        return _container(element) if name == _CONTAINER else str(element.tag)
    text = element.get(name)
    secret = element.tag == "nvpair" and name not in ("id", "name") and is_secret_name(element.get("name", ""))
    if text is None:
        return None
    return MASK if secret or is_secret_name(name) else mask_text(text)


def _detail(element: etree._Element) -> str:
    """The attributes apart from what the label says already."""
    told = {"nvpair": ("id", "name"), "op": ("id", "name", "interval", "role")}.get(str(element.tag), ("id",))
    names = (str(name) for name in element.attrib)
    return " ".join(f'{name}="{_said(element, name)}"' for name in names if name not in told)
