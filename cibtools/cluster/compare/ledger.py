"""Two clusters as two dicts, keyed by what the pairing found to be the same thing, with the fact behind each key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from lxml import etree
from msgspec import Struct, field

from cibtools.backup.cib.dialect import SETS
from cibtools.backup.record.secret import MASK, mask_text
from cibtools.backup.secret_span import is_secret_pair
from cibtools.cluster.compare.meaning import Meaning, content, contested, members, parts, unordered, value
from cibtools.cluster.compare.pairing import Pair, pair_objects, pair_parts
from cibtools.cluster.model.build import RESOURCE_TAGS
from cibtools.cluster.vocabulary.grammar import REFERENCES

COUNTERS = frozenset((
    "admin_epoch", "epoch", "num_updates", "num_peers", "cib-last-written", "dc-uuid", "dc_uuid", "have-quorum",
    "have_quorum", "crm_feature_set", "cib_feature_revision", "ccm_transition", "generated", "update-origin",
    "update-client", "update-user", "execution-date",
))  # fmt: skip
"""Attributes of the root that the running cluster writes."""
_RECORDS = frozenset(("dc-version", "cluster-infrastructure", "last-lrm-refresh"))
"""Cluster options that the running cluster writes."""
CONTAINER = "container"
CONTENT = "content"
ORDER = "order of "
_CONTAINERS = frozenset(RESOURCE_TAGS)
_FEW = 12
"""So many names are shown where the order of many has changed."""
_Key = tuple[str, ...]


class Fact(Struct, frozen=True):
    """What one key of the two dicts stands for."""

    section: str
    pairs: tuple[Pair, ...]
    """The object, and what lies within it on the way to the thing."""
    attribute: str = ""
    order: tuple[str, str] = ("", "")


class Ledger(Struct, frozen=True):
    """The two sides as dicts: object, then what is said of it; equal objects are not entered."""

    old: dict[str, dict[str, str]] = field(default_factory=dict)
    new: dict[str, dict[str, str]] = field(default_factory=dict)
    facts: dict[_Key, Fact] = field(default_factory=dict)

    def enter(self, section: str, pair: Pair, *, root: bool = False) -> None:
        """Take up an object of which at least one side has something to say."""
        old, new = pair
        key = self._key(section, pair)
        a_set = any(side is not None and side.tag in SETS for side in pair)
        if old is not None or a_set:
            self.old[key] = {}
        if new is not None or a_set:
            self.new[key] = {}
        if root:
            self._attributes(key, Fact(section, (pair,)), COUNTERS)
        elif a_set or (old is not None and new is not None):
            self._container(key, section, pair)
            self._walk(key, Fact(section, (pair,)), frozenset(("id",) if a_set else ()))

    def _key(self, section: str, pair: Pair) -> str:
        # Numbers keep the order of the input, and two objects of one id apart.
        key = f"{len(self.facts):07d} {section}"
        self.facts[(key,)] = Fact(section, (pair,))
        return key

    def says_something(self, since: int) -> bool:
        """True if one of the facts from a number on differs on the two sides."""
        keys = list(self.facts)[since:]
        return any(
            (key[0] in self.old) != (key[0] in self.new)
            if len(key) == 1
            else self.old.get(key[0], {}).get(key[1]) != self.new.get(key[0], {}).get(key[1])
            for key in keys
        )

    def _say(self, key: str, fact: Fact, old: str | None, new: str | None) -> None:
        name = f"{len(self.facts):07d} {fact.attribute}"
        self.facts[key, name] = fact
        for side, said in ((self.old, old), (self.new, new)):
            if said is not None:
                side[key][name] = said

    def _container(self, key: str, section: str, pair: Pair) -> None:
        around = [container_of(side) for side in pair]
        if any(around):
            self._say(key, Fact(section, (pair,), CONTAINER), *around)

    def _precedence(self, key: str, fact: Fact, old: Iterable[etree._Element], new: Iterable[etree._Element]) -> None:
        """Tell where the same nvpairs of one name stand in another order of strength."""
        before, after = contested(old), contested(new)
        for name in sorted(before.keys() & after.keys()):
            said = [[one for one, _ in side[name]] for side in (before, after)]
            if said[0] != said[1] and Counter(said[0]) == Counter(said[1]):
                order = (_strengths(before[name]), _strengths(after[name]))
                self._say(key, Fact(fact.section, fact.pairs, f"{ORDER}{name[1]}", order), *order)

    def enter_section(self, section: str, old: list[etree._Element], new: list[etree._Element]) -> None:
        """Take up what the order of the objects of a section decides: which option holds, who is placed first."""
        if not old or not new:
            return
        key = self._key(section, (old[0], new[0]))
        fact = Fact(section, ((old[0], new[0]),))
        self.old[key], self.new[key] = {}, {}
        self._precedence(key, fact, old, new)
        if section == "resources":
            orders = [dict.fromkeys(found.get("id", "") for found in side) for side in (old, new)]
            common = orders[0].keys() & orders[1].keys()
            before, after = ([name for name in names if name in common] for names in orders)
            if before != after:
                order = _from_the_first_change(before, after)
                self._say(key, Fact(section, fact.pairs, f"{ORDER}resources", order), *order)

    def enter_rest(self, section: str, pair: Pair) -> None:
        """Take up an object whose sides mean something else, though none of its parts shows it: nothing may vanish."""
        old, new = pair
        assert old is not None
        assert new is not None
        key = self._key(section, pair)
        texts = tuple(mask_text(" ".join(etree.tostring(side, encoding="unicode", with_tail=False).split()))
                      for side in (old, new))  # fmt: skip
        self.old[key], self.new[key] = {}, {}
        self._say(key, Fact(section, (pair,), CONTENT, (texts[0], texts[1])), *map(repr, map(content, (old, new))))

    def _attributes(self, key: str, fact: Fact, but: frozenset[str]) -> None:
        old, new = fact.pairs[-1]
        names = dict.fromkeys(str(name) for side in (old, new) if side is not None for name in side.attrib)
        for name in names:
            if name not in but:
                said = [value(side, name) if side is not None and name in side.attrib else None for side in (old, new)]
                self._say(key, Fact(fact.section, fact.pairs, name), *said)

    def _walk(self, key: str, fact: Fact, but: frozenset[str]) -> None:
        old, new = fact.pairs[-1]
        if old is not None and new is not None:
            if old.tag != new.tag:
                self._say(key, Fact(fact.section, fact.pairs, "kind"), str(old.tag), str(new.tag))
            order = _orders(old, new)
            if order:
                self._say(key, Fact(fact.section, fact.pairs, ORDER + _order_word(old), order), *order)
            self._precedence(key, fact, parts(old), parts(new))
        self._attributes(key, fact, but)
        for pair in pair_parts([*_told_parts(old)], [*_told_parts(new)]):
            inner = Fact(fact.section, (*fact.pairs, pair))
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


def container_of(element: etree._Element | None) -> str | None:
    """Name the group, clone or bundle right around a resource; None if there is none."""
    parent = None if element is None else element.getparent()
    return parent.get("id", "") if parent is not None and parent.tag in _CONTAINERS else None


def _orders(old: etree._Element, new: etree._Element) -> tuple[str, str] | None:
    """The members of both sides if their order differs; members that were only taken out of a group do not count."""
    before, after = members(old), members(new)
    pairs = (pair_parts if old.tag.startswith("rsc_") else pair_objects)(before, after)
    position = {element: index for index, element in enumerate(after)}
    common = [position[right] for left, right in pairs if left is not None and right is not None]
    added, removed = (any(pair[side] is None for pair in pairs) for side in (0, 1))
    free = unordered(old) and unordered(new)
    if not added and not (removed and old.tag == "resource_set") and (free or common == sorted(common)):
        return None
    names = (_listed(before, _id), _listed(after, _id))
    # Ids of sets are no names: they may be the same where what is in the sets is not.
    return names if names[0] != names[1] else (_listed(before, _with_members), _listed(after, _with_members))


def _listed(found: list[etree._Element], shown: Callable[[etree._Element], str]) -> str:
    return ", ".join(map(shown, found)) or "none"


def _id(member: etree._Element) -> str:
    return member.get("id", "?")


def _with_members(member: etree._Element) -> str:
    inside = members(member)
    return f"{_id(member)} ({' '.join(map(_id, inside))})" if inside else _id(member)


def _order_word(element: etree._Element) -> str:
    return "resource sets" if element.tag.startswith("rsc_") else "members"


def _strengths(rivals: tuple[tuple[Meaning, etree._Element], ...]) -> str:
    """The values of the nvpairs of one name, the strongest first, with the set that each stands in."""
    return " before ".join(_valued(pair) for _, pair in rivals)


def _valued(pair: etree._Element) -> str:
    around = next(pair.iterancestors(*SETS), None)
    text = pair.get("value") or pair.get("id-ref") or ""
    shown = MASK if is_secret_pair(pair) else mask_text(text)
    return f"{shown} ({around.get('id')})" if around is not None and around.get("id") else shown


def _from_the_first_change(before: list[str], after: list[str]) -> tuple[str, str]:
    """Two lists of the same names, without what they have in common at the beginning and at the end."""
    first = next(at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new)
    last = next(at for at in range(len(before) - 1, -1, -1) if before[at] != after[at]) + 1
    if last - first > _FEW:
        return f"{', '.join(before[first : first + _FEW])}, …", f"{', '.join(after[first : first + _FEW])}, …"
    return ", ".join(before[first:last]), ", ".join(after[first:last])
