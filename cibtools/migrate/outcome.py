"""What a migration gives back: the document, the change log, and whether it may be written."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from cibtools.backup.cib import is_comment
from cibtools.migrate.change import Change, ChangeKind, Note
from cibtools.migrate.draft import LOOSE, Draft, Shape
from cibtools.migrate.product import NewFile, Products, Reminder


@dataclass(frozen=True, eq=False)
class Migration:
    """The outcome for one cluster."""

    draft: Draft = field(repr=False)
    notes: tuple[Note, ...]
    """Every change in the order of the steps; decisions that the operator has taken are not among them."""
    titles: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What each step does, by its number, in a few words."""
    products: Products = field(default_factory=Products, repr=False)
    """What another stack needs besides the CIB; empty for heartbeat."""

    @property
    def input_name(self) -> str:
        """What was migrated, as the user named it."""
        return self.draft.cluster.backup.root

    @property
    def files(self) -> tuple[NewFile, ...]:
        """Files to write beside the CIB, never over those of the input."""
        return self.products.files

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """What must be done by hand."""
        return self.products.reminders

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
            self.draft.route(note.element),
            note.before,
            note.after,
            note.reason,
            self.draft.place(note.element, note.attribute),
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
        return tuple(found for section in sections for found in section)

    def sections(self) -> tuple[etree._Element, ...]:
        """The sections of the configuration that there are."""
        return tuple(found for found in self.draft.configuration.iterchildren("*") if found.tag != LOOSE)

    def input_roots(self) -> tuple[etree._Element, ...]:
        """What was given, in the same shape."""
        return self.draft.originals

    def document(self) -> bytes:
        """The result as UTF-8, indented, several roots one after the other."""
        comments = [*self._prolog()]
        pieces = [etree.tostring(found, encoding="unicode", with_tail=False) for found in comments]
        for root in self.roots():
            copy = deepcopy(root) if root.getparent() is not None else root
            copy.tail = None
            etree.indent(copy, space="  ")
            pieces.append(etree.tostring(copy, encoding="unicode", with_tail=False))
        text = "\n".join(pieces) + "\n"
        return ('<?xml version="1.0" encoding="UTF-8"?>\n' + text if len(self.roots()) == 1 else text).encode()

    def _prolog(self) -> list[etree._Element]:
        """Comments in front of the root element of the input."""
        original = self.draft.origin(self.draft.top)
        if original is None:
            return []
        return [found for found in reversed([*original.itersiblings(preceding=True)]) if is_comment(found)]
