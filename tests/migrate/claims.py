"""Nothing changes without a note: every difference between the input and the result must be claimed by one.

Elements are compared with what they were copied from, attribute by attribute; what is new, gone, moved or in another
order counts as well, and so does every comment.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from lxml import etree

from cibtools.migrate.draft.draft import Shape
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.outcome import Migration


def unclaimed(migration: Migration) -> list[str]:
    """Return one line for each difference that no note claims."""
    return [*_Ledger(migration).differences()]


def _shown(name: str, value: str) -> str:
    return f"{name}={quoteattr(value)}"


def _is_shown(name: str, value: str, text: str) -> bool:
    """Whether a text shows an attribute, quoted as Python or as libxml2 does it."""
    if _shown(name, value) in text:
        return True
    return etree.tostring(etree.Element("x", {name: value}), encoding="unicode")[3:-2] in text


class _Ledger:
    def __init__(self, migration: Migration) -> None:
        self.draft = migration.draft
        self.copies: dict[etree._Element, etree._Element] = {}
        self.originals: dict[etree._Element, etree._Element] = {}
        for copies, root in self.draft._copies:
            for copy, original in zip(copies, root.iter("*"), strict=True):
                self.copies[original] = copy
                self.originals[copy] = original
        self.live = set(migration.top.iter("*"))
        self.about: dict[etree._Element | None, list[Note]] = defaultdict(list)
        for note in migration.notes:
            if note.kind is not ChangeKind.DECIDE:
                self.about[note.element].append(note)
        # What was an attribute may have become an element, so not only `added` counts.
        self.added = "\n".join(note.after for note in migration.notes if note.kind is not ChangeKind.DECIDE)
        self.dropped = "\n".join(note.before for note in migration.notes if note.kind is ChangeKind.DROPPED)

    def differences(self) -> Iterator[str]:
        for original, copy in self.copies.items():
            if copy in self.live:
                yield from self._changed(original, copy)
            elif not self._is_dropped(copy):
                yield f"gone: {self.draft.route(copy)}"
        for element in self.live - set(self.originals) - self._scaffold():
            yield from self._new(element)
        yield from self._comments()
        yield from self._orders()

    def _scaffold(self) -> set[etree._Element]:
        """What the draft puts around a part of a CIB, so that it looks like a whole one; the steps made none of it."""
        if self.draft.shape is Shape.WHOLE:
            return set()
        around = {self.draft.top, self.draft.configuration, *self.draft.configuration, *self.draft.top}
        return around - set(self.draft.created)

    def _claims(self, element: etree._Element, side: str, name: str, value: str) -> bool:
        return any(_is_shown(name, value, getattr(note, side)) for note in self.about[element])

    def _changed(self, original: etree._Element, copy: etree._Element) -> Iterator[str]:
        route = self.draft.route(copy)
        if original.tag != copy.tag and not any(f"<{copy.tag}" in note.after for note in self.about[copy]):
            yield f"tag: {route}: {original.tag} -> {copy.tag}"
        old, new = dict(original.attrib.items()), dict(copy.attrib.items())
        for name, value in old.items():
            if new.get(name) != value and not self._claims(copy, "before", str(name), str(value)):
                yield f"attribute gone: {route}: {_shown(str(name), str(value))}"
        for name, value in new.items():
            if old.get(name) != value and not self._claims(copy, "after", str(name), str(value)):
                yield f"attribute new: {route}: {_shown(str(name), str(value))}"
        if not self._in_place(original, copy) and not self._is_moved(copy):
            parent = copy.getparent()
            yield f"moved: {route}: to {parent.tag if parent is not None else None}"

    def _in_place(self, original: etree._Element, copy: etree._Element) -> bool:
        """Whether it still stands in its parent; wrappers that were dropped with a note do not count."""
        above = original.getparent()
        while above is not None and above in self.copies and self.copies[above] not in self.live:
            above = above.getparent()
        expected = self.copies.get(above) if above is not None else None
        return expected is None or copy.getparent() is expected

    def _is_moved(self, copy: etree._Element) -> bool:
        return any(note.kind is ChangeKind.REWRITTEN and f"<{copy.tag}" in note.after for note in self.about[copy])

    def _is_dropped(self, copy: etree._Element) -> bool:
        """A note drops it, or something around it with its text in the note."""
        found: etree._Element | None = copy
        while found is not None:
            for note in self.about[found]:
                if note.kind is ChangeKind.DROPPED and not note.attribute:
                    return found is copy or all(
                        _is_shown(str(name), str(value), note.before) for name, value in copy.attrib.items()
                    )
            found = found.getparent()
        return False

    def _new(self, element: etree._Element) -> Iterator[str]:
        notes = [*self.about[element]]
        if f"<{element.tag}" not in self.added:
            yield f"new: {etree.tostring(element, with_tail=False, encoding='unicode')}"
            return
        for name, value in element.attrib.items():
            texts = (self.added, *(note.after for note in notes))
            if not any(_is_shown(str(name), str(value), text) for text in texts):
                yield f"new: <{element.tag}>: {_shown(str(name), str(value))}"

    def _comments(self) -> Iterator[str]:
        before = Counter(node.text for _, root in self.draft._copies for node in root.iter(etree.Comment))
        after = Counter(node.text for node in self.draft.top.iter(etree.Comment))
        for text, count in before.items():
            if after[text] < count and (text or "") not in self.dropped:
                yield f"comment lost: {text}"

    def _orders(self) -> Iterator[str]:
        for original, copy in self.copies.items():
            if copy not in self.live or len(copy) < 2:
                continue
            now = [self.originals[child] for child in copy.iterchildren("*") if child in self.originals]
            present = set(now)
            then = [child for child in original.iter("*") if child in present]
            if now != then and not any(self._is_moved(self.copies[child]) for child in now):
                yield f"order: {self.draft.route(copy)}"
