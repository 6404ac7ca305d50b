"""The draft: a copy of the input's CIB that the steps rewrite, and the memory of where each part came from.

Whatever was given, a whole CIB, sections or bare objects, the steps see one `cib` element with sections below
`configuration`; `Shape` remembers what to give back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cached_property

from lxml import etree

from cibtools.backup.cib.dialect import Mark
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place, element_route
from cibtools.migrate.draft.identity import Names, OldIds, legal_id
from cibtools.migrate.draft.mention import Mentions

CONFIGURATION_ORDER = ("crm_config", "rsc_defaults", "op_defaults", "nodes", "resources", "constraints")
"""The sections below `configuration` as cibadmin of Pacemaker 1.0 writes them."""
LOOSE = "loose"
"""Holds bare objects that belong to no section, such as a lone `op`; never written."""
RESOURCE_TAGS = ("primitive", "group", "clone", "master")
"""Resources of the new syntax; step M039 has renamed `master_slave` before anybody asks."""
SET_TAGS = ("instance_attributes", "meta_attributes", "cluster_property_set")
_ALL_IDS = etree.XPath("//@id", smart_strings=False)


class Shape(Enum):
    """What was given, and is given back."""

    WHOLE = "whole"
    SECTIONS = "sections"
    OBJECTS = "objects"


class Draft:
    """The CIB while it is being rewritten."""

    def __init__(self, top: etree._Element, shape: Shape, known: frozenset[str], cluster: Cluster) -> None:
        self.top = top
        """The `cib` element."""
        self.shape = shape
        self.known = known
        """Sections that the input holds in full: what is not there does not exist."""
        self.cluster = cluster
        """The input, untouched."""
        self.created: dict[etree._Element, etree._Element | None] = {}
        """Elements that steps made, each with the element of the input that it was made for."""
        self.former_ids: dict[etree._Element, str] = {}
        """What elements were called before the id steps renamed them; references still say so until M103."""
        self.signs: tuple[Mark, Mark] | None = None
        """If the input speaks two languages, a sign of the old and one of the new."""
        self._collected: dict[str, list[etree._Element]] = {}
        self._copies: list[tuple[list[etree._Element], etree._Element]] = []

    # --- where things came from ---------------------------------------------------------------------------------------

    def adopt(self, copy: etree._Element, original: etree._Element) -> None:
        """Remember what a part of the draft is a copy of, before anything in it is changed.

        The list also keeps lxml's proxies alive, so that elements can be told apart by identity.
        """
        self._copies.append((list(copy.iter("*")), original))

    @property
    def originals(self) -> tuple[etree._Element, ...]:
        """The parts of the input that were copied."""
        return tuple(original for _, original in self._copies)

    @cached_property
    def _origins(self) -> dict[etree._Element, etree._Element]:
        return {
            copy: original
            for copies, root in self._copies
            for copy, original in zip(copies, root.iter("*"), strict=True)
        }

    def copy_of(self, original: etree._Element) -> etree._Element | None:
        """The element of the draft that an element of the input became, unless it was made anew."""
        return next((copy for copy, found in self._origins.items() if found is original), None)

    def origin(self, element: etree._Element | None) -> etree._Element | None:
        """The element of the input that an element of the draft is, or was made for; None if there is none."""
        seen = 0
        while element is not None and element not in self._origins and seen < 100:
            element, seen = self.created.get(element), seen + 1
        return self._origins.get(element) if element is not None else None

    def place(self, element: etree._Element | None, attribute: str = "") -> Place | None:
        """Where in the input an element of the draft stands."""
        original = self.origin(element)
        return None if original is None else self.cluster.place(original, attribute or None)

    def route(self, element: etree._Element | None) -> str:
        """The route of ids to an element in the input; for what is new, to the object that it was made for."""
        original = self.origin(element)
        return element_route(original) if original is not None else "cib"

    @cached_property
    def mentions(self) -> Mentions:
        """Which words the files of the input can hold."""
        return Mentions(document.source for document in self.cluster.cib_documents)

    # --- parts --------------------------------------------------------------------------------------------------------

    @property
    def configuration(self) -> etree._Element:
        """The element above the sections."""
        return next(self.top.iterchildren("configuration"))

    def section(self, name: str) -> etree._Element | None:
        """A section of the configuration, or `status`."""
        home = self.top if name == "status" else self.configuration
        return next(home.iterchildren(name), None)

    def iter(self, *tags: str) -> Iterator[etree._Element]:
        """All elements with these tags in the configuration; a list, so that they may be moved meanwhile."""
        return iter([*self.configuration.iter(*tags)])

    def select(self, path: etree.XPath) -> list[etree._Element]:
        """The elements of the configuration that a path finds; ten times as fast as asking each one in Python."""
        found = path(self.configuration)
        return [node for node in found if isinstance(node, etree._Element)] if isinstance(found, list) else []

    def all(self, tag: str) -> list[etree._Element]:
        """The elements with a tag, collected when the first step asks for them, without those that are gone since.

        For the steps about operations, rules and expressions, which follow each other and make none of these; what
        another step makes later is not among them.
        """
        found = self._collected.get(tag)
        if found is None:
            found = self._collected[tag] = [*self.configuration.iter(tag)]
        return [element for element in found if element.getparent() is not None]

    @cached_property
    def pairs(self) -> dict[str, list[etree._Element]]:
        """The nvpairs by name, as they are when the first step of options asks; those steps keep it up to date.

        Later steps see in it what the input had, and must not mind that some have left the draft.
        """
        found: dict[str, list[etree._Element]] = {}
        for pair in self.configuration.iter("nvpair"):
            found.setdefault(pair.get("name", ""), []).append(pair)
        return found

    def resources(self) -> list[etree._Element]:
        """Every resource, containers before what is in them."""
        section = self.section("resources")
        found: list[etree._Element] = []
        for child in () if section is None else section.iterchildren(*RESOURCE_TAGS):
            found.append(child)
            if child.tag != "primitive":
                found.extend(child.iterdescendants(*RESOURCE_TAGS))
        return found

    def constraints(self, *tags: str) -> list[etree._Element]:
        """The constraints with these tags, of all kinds if none is named."""
        section = self.section("constraints")
        wanted = tags or ("rsc_location", "rsc_order", "rsc_colocation")
        return [] if section is None else [*section.iterchildren(*wanted)]

    def is_live(self, element: etree._Element) -> bool:
        """False once an element has been taken out of the draft."""
        return element is self.top or any(above is self.top for above in element.iterancestors())

    # --- making things ------------------------------------------------------------------------------------------------

    def ids(self) -> list[str]:
        """All ids in the draft as they are now, as often as they are used."""
        found = _ALL_IDS(self.top)
        return [str(name) for name in found] if isinstance(found, list) else []

    @cached_property
    def _names(self) -> Names:
        return Names(OldIds(self.originals, self.mentions))

    def book(self, identity: str, tag: str) -> str:
        """A legal id that nothing else has or had, for a new element; taken ones become `id-tag`, `id-tag-2` (M101)."""
        return self._names.find(legal_id(identity), tag)

    def note_made(self, element: etree._Element, cause: etree._Element | None) -> None:
        """Remember what a new element was made for, and that its id is taken."""
        self.created[element] = cause
        self._names.claim(element.get("id", ""))

    def create(
        self,
        parent: etree._Element,
        tag: str,
        attributes: Iterable[tuple[str, str]],
        *,
        cause: etree._Element | None,
        index: int | None = None,
    ) -> etree._Element:
        """Put a new element below parent, at the end or at an index; cause is what it was made for."""
        made = etree.Element(tag)
        for name, value in attributes:
            made.set(name, value)
        parent.insert(len(parent) if index is None else index, made)
        self.note_made(made, cause)
        return made

    def need_section(self, name: str, cause: etree._Element | None) -> etree._Element:
        """A section below `configuration`, made in its place if it is not there."""
        found = self.section(name)
        if found is not None:
            return found
        before = CONFIGURATION_ORDER[: CONFIGURATION_ORDER.index(name)]
        index = max((at + 1 for at, child in enumerate(self.configuration) if child.tag in before), default=0)
        return self.create(self.configuration, name, (), cause=cause, index=index)
