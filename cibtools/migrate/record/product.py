"""What a migration to another stack gives besides the CIB: new files, and what a person must do by hand."""

from __future__ import annotations

from msgspec import Struct


class NewFile(Struct, frozen=True):
    """A file to write beside the CIB; it never replaces one of the backup."""

    name: str
    """Path below the directory that the user chose: relative, with `/`, without `..`."""
    data: bytes
    target: str
    """Where it belongs on the nodes."""
    purpose: str
    """What it is for, one sentence."""


class Reminder(Struct, frozen=True):
    """Something that no file can hold: a thing to do, to check or to take away by hand."""

    text: str
    """One or two sentences."""
    items: tuple[str, ...] = ()
    """Commands or paths, one each."""


class Products(Struct, frozen=True):
    """All that comes besides the CIB."""

    files: tuple[NewFile, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    """In the order in which they come up."""
