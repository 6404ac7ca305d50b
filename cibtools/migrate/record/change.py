"""The change log: what was changed, why, and where it stood in the input; nothing is changed without an entry.

`before` and `after` are XML: `name="value"` for attributes, start tags or whole elements for more. A test relies on it:
it compares the input with the result and fails on any difference that no entry claims.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from lxml import etree
from msgspec import Struct

from cibtools.cluster.model.place import Place


class ChangeKind(Enum):
    """What sort of entry it is."""

    REWRITTEN = "rewritten"
    RENAMED = "renamed"
    DROPPED = "dropped"
    ADDED = "added"
    DECIDE = "decide"
    """A human must decide; the default that was applied is an entry of its own."""


class Note(NamedTuple):
    """One change as a step notes it down; `Change` is the same, worked out for people.

    A named tuple, since a large CIB takes tens of thousands of them and a frozen dataclass cost six times as much.
    """

    step: str
    """Number of the step, `M031`."""
    kind: ChangeKind
    element: etree._Element | None
    """The element of the draft that it is about; for what is gone, the element as it was taken out; None: the whole."""
    attribute: str
    """The attribute of the input that it is about, or nothing."""
    before: str
    after: str
    reason: str
    """One sentence."""
    inhibits: bool = False
    """True if no CIB may be written before this is decided."""
    alternatives: tuple[str, ...] = ()
    """For a decision: what else could be chosen, and how to say so."""
    answer: str = ""
    """For a decision: the key of the answers file that takes it; nothing if only `accept` does."""
    spot: Place | None = None
    """Where in a side file, for what is no part of the CIB; takes precedence over the element."""


class Change(Struct, frozen=True, eq=False):
    """One entry of the change log."""

    step: str
    """Number of the step, `M031`."""
    kind: ChangeKind
    subject: str
    """Route of ids to the object in the input: `primitive[web]/operations/op[web-mon]`; `cib` for the whole."""
    before: str
    """As the input has it; empty for what is new."""
    after: str
    """As the result has it; empty for what is gone."""
    reason: str
    """Why, one sentence."""
    place: Place | None
    """Where in the input; for something new, the object that it was made for; None if the input has no such place."""
    inhibits: bool
    """True if no CIB may be written before this is decided."""
    alternatives: tuple[str, ...]
    """For a decision: what else could be chosen, and how to say so."""
    answer: str
    """For a decision: the key of the answers file that takes it; nothing if only `accept` does."""
