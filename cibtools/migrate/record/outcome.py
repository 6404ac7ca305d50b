"""What a migration gives back: the document, the change log, and whether it may be written."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from enum import Enum
from functools import cached_property

from lxml import etree
from msgspec import Struct, field

from cibtools.backup.cib.tree import CibTree, is_comment
from cibtools.backup.document import Document
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import LOOSE, Draft, Shape
from cibtools.migrate.record.change import Change, ChangeKind, Note
from cibtools.migrate.record.outlook import differences, upgrades
from cibtools.migrate.record.product import NewFile, Products, Reminder

_DEFAULTS = ("rsc_defaults", "op_defaults")


class Given(Enum):
    """The language of the input."""

    OLD = "old"
    """heartbeat 2.1's."""
    NEW = "new"
    """Pacemaker's: nothing is done."""
    MIXED = "mixed"
    """Both: read as the old one, and asked about."""


class Migration(Struct, frozen=True, eq=False, dict=True):
    """The outcome for one cluster."""

    draft: Draft
    notes: tuple[Note, ...]
    """Every change in the order of the steps; decisions that the operator has taken are not among them."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """What each step does, by its number, in a few words."""
    products: Products = field(default_factory=Products)
    """What another stack needs besides the CIB; empty for heartbeat."""
    given: Given = Given.OLD
    message: str = ""
    """Why the input was left alone; empty if it was migrated."""
    answers: Answers = field(default_factory=Answers)
    """What the operator had answered."""

    @property
    def input_name(self) -> str:
        """What was migrated, as the user named it."""
        backup = self.draft.cluster.backup
        return backup.documents[0].path if len(backup.documents) == 1 else backup.root

    @property
    def files(self) -> tuple[NewFile, ...]:
        """Files to write beside the CIB, never over those of the input."""
        return self.products.files

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """What must be done by hand."""
        return self.products.reminders

    @cached_property
    def differences(self) -> tuple[Reminder, ...]:
        """Where Pacemaker decides otherwise than heartbeat 2.1, whatever the CIB says."""
        return () if self.given is Given.NEW else tuple(differences(self.draft))

    @cached_property
    def upgrades(self) -> tuple[Reminder, ...]:
        """What an upgrade to Pacemaker 2.x or 3.x will say or change; nothing to do now."""
        return () if self.given is Given.NEW else tuple(upgrades(self.draft))

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The change log for people."""
        return tuple(self.change(note) for note in self.notes)

    @cached_property
    def decisions(self) -> tuple[Change, ...]:
        """What a human must decide."""
        return tuple(self.change(note) for note in self.notes if note.kind is ChangeKind.DECIDE)

    @cached_property
    def blocked(self) -> bool:
        """True if something is in the way of writing a CIB at all."""
        return any(note.inhibits for note in self.notes)

    @cached_property
    def renames(self) -> dict[str, str]:
        """Old id of each resource to its new one, for those that changed."""
        return {
            original.get("id", ""): new
            for element in self.draft.resources()
            if element not in self.draft.created
            and (original := self.draft.origin(element)) is not None
            and (new := element.get("id", "")) != original.get("id", "")
        }

    def change(self, note: Note) -> Change:
        """One entry with its route and place."""
        return Change(
            note.step,
            note.kind,
            note.spot.route(self.input_name) if note.spot else self.draft.route(note.element),
            note.before,
            note.after,
            note.reason,
            note.spot or self.draft.place(note.element, note.attribute),
            note.inhibits,
            note.alternatives,
            note.answer,
        )

    @property
    def top(self) -> etree._Element:
        """The whole as one `cib` element, whatever was given."""
        return self.draft.top

    def roots(self) -> tuple[etree._Element, ...]:
        """The elements to write: one `cib`, sections, or bare objects, as was given; each without what is around it."""
        if self.draft.shape is Shape.WHOLE:
            return (self.draft.top,)
        sections = [*self.draft.configuration, *self.draft.top.iterchildren("status")]
        if self.draft.shape is Shape.SECTIONS:
            return tuple(section for section in sections if section.tag != LOOSE)
        # A section that the migration made has no other name than its own to say what is in it.
        return tuple(
            found
            for section in sections
            for found in ([section] if section in self.draft.created and section.tag in _DEFAULTS else section)
        )

    @property
    def pieces(self) -> int:
        """How many elements `document` writes side by side; more than one is no XML document."""
        return len(self._documents()) if self.given is Given.NEW else len(self.roots())

    def sections(self) -> tuple[etree._Element, ...]:
        """The sections of the configuration that there are."""
        return tuple(found for found in self.draft.configuration.iterchildren("*") if found.tag != LOOSE)

    def loose(self) -> tuple[etree._Element, ...]:
        """Bare objects that belong to no section, such as a lone `op`."""
        return tuple(found for home in self.draft.configuration.iterchildren(LOOSE) for found in home.iterchildren("*"))

    def outer_comments(self) -> tuple[str, ...]:
        """The texts of the comments outside of all elements of the input."""
        around = (text for texts in self._comments_around().values() for text in texts)
        return tuple(text.removeprefix("<!--").removesuffix("-->") for text in around)

    def input_roots(self) -> tuple[etree._Element, ...]:
        """What was given, in the same shape."""
        return self.draft.originals

    def document(self) -> bytes:
        """The result as UTF-8, indented, several roots one after the other; what was left alone byte for byte."""
        if self.given is Given.NEW:
            return b"".join(document.source.data for document in self._documents())
        around = self._comments_around()
        pieces = []
        for root in self.roots():
            for original in self._originals_of(root):
                pieces += around.pop(original, [])
            copy = deepcopy(root) if root.getparent() is not None else root
            copy.tail = None
            if not is_comment(copy):
                etree.indent(copy, space="  ")
            pieces.append(etree.tostring(copy, encoding="unicode", with_tail=False))
        pieces += [comment for left in around.values() for comment in left]
        text = "\n".join(pieces) + "\n"
        return ('<?xml version="1.0" encoding="UTF-8"?>\n' + text if len(self.roots()) == 1 else text).encode()

    def _originals_of(self, root: etree._Element) -> tuple[etree._Element, ...]:
        """The elements of the input that stand for a root of the result."""
        original = self.draft.origin(root)
        return (original,) if original is not None else self.draft.cluster.assembly.headers.get(root.tag, ())

    def _comments_around(self) -> dict[etree._Element | None, list[str]]:
        """The comments of each file outside of its elements, by the element that follows; None: no element does."""
        found: dict[etree._Element | None, list[str]] = {}
        for document in self._documents():
            if not isinstance(document.content, CibTree):
                continue
            top = document.content.tree.top
            several = top not in document.content.roots
            nodes = [*top] if several else [*reversed([*top.itersiblings(preceding=True)]), top, *top.itersiblings()]
            waiting: list[str] = []
            for node in nodes:
                if is_comment(node):
                    waiting.append(etree.tostring(node, encoding="unicode", with_tail=False))
                elif waiting:
                    found[node] = waiting
                    waiting = []
            found.setdefault(None, []).extend(waiting)
        return found

    def _documents(self) -> tuple[Document, ...]:
        """The files that the input came from."""
        cluster = self.draft.cluster
        return (cluster.assembly.base,) if cluster.assembly.base else cluster.cib_documents
