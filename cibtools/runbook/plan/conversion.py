"""What the migration to another stack made and asked, as plain values: plans may not know the room that does it.

The caller runs the migration and hands the outcome in; without it a plan says that it has to be run.
"""

from __future__ import annotations

from msgspec import Struct


class Made(Struct, frozen=True):
    """A file that the migration writes beside the CIB."""

    name: str
    """Below the directory that `--split` names."""
    target: str
    """Where it belongs on the nodes."""
    purpose: str


class Open(Struct, frozen=True):
    """A decision that only a person can take."""

    step: str
    """Number of the migration's step, `M126`."""
    subject: str
    text: str
    file: str
    line: int | None
    blocks: bool
    """True if there is no CIB without the answer."""


class Chore(Struct, frozen=True):
    """Something that no file can hold."""

    text: str
    items: tuple[str, ...]


class Conversion(Struct, frozen=True):
    """The outcome of a migration to SLE HA 11."""

    files: tuple[Made, ...] = ()
    questions: tuple[Open, ...] = ()
    chores: tuple[Chore, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    """Old and new id of the resources that get another one."""
    created: tuple[str, ...] = ()
    """Top-level resources that are new: lock manager, clvmd, volume groups."""

    def name(self, resource: str) -> str:
        """The id of a resource in the converted CIB."""
        return dict(self.renamed).get(resource, resource)
