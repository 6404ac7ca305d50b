"""Telling live files from the copies beside them, for all documents of one backup.

Byte order of names must never decide which of two files holds: `old/xend-config.sxp` comes before the live one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from cibtools.backup.document import Document
from cibtools.backup.files.copies import is_sample, original_of
from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.registry import side_file


class Placed(Struct, frozen=True):
    """A document, and where it lies below its backup."""

    document: Document
    name: str
    """Its path below the backup."""
    walked: bool
    """True if the user named the directory, not the file: what is named outright is meant."""


def with_copies_marked(placed: Sequence[Placed]) -> tuple[Document, ...]:
    """Return the documents in order, each copy with the file that it is a copy of, and what comparing them shows."""
    by_name = {one.name: one for one in placed}
    copies = {one.name: live for one in placed if (live := _original(one, by_name)) is not None}
    copies |= _not_at_their_place(one for one in placed if one.name not in copies)
    return tuple(_marked(one.document, copies.get(one.name), by_name) for one in placed)


def _original(one: Placed, by_name: dict[str, Placed]) -> str | None:
    declared = side_file(one.document.kind)
    if declared is None:
        return None
    live = original_of(one.name, by_name, declared.names)
    meant = not one.walked or _of_host(one, declared.names)
    return None if live not in by_name and meant else live


def _of_host(one: Placed, names: Iterable[str]) -> bool:
    """True if the suffix of the name is the node that the file belongs to, as in `lvm.conf.host2`."""
    base, host = one.name.rpartition("/")[2].lower(), one.document.host
    return host is not None and any(base in (f"{name}.{host}", f"{name}-{host}") for name in names)


def _not_at_their_place(placed: Iterable[Placed]) -> dict[str, str]:
    """Files of a kind that a node has once only, beside the one at its real path: samples, and names of all sorts."""
    groups: dict[tuple[Kind, str | None], list[Placed]] = {}
    for one in placed:
        groups.setdefault((one.document.kind, one.document.host), []).append(one)
    found: dict[str, str] = {}
    for (kind, _), members in groups.items():
        declared = side_file(kind) if len(members) > 1 else None
        homes = [
            one.name
            for one in members
            if declared and any(f"/{one.name}".endswith(f"/{home}") for home in declared.homes)
        ]
        if homes:
            found |= {one.name: homes[0] for one in members if one.name not in homes and one.walked}
    return found


def _marked(document: Document, live: str | None, by_name: dict[str, Placed]) -> Document:
    if document.kind is Kind.XM and is_sample(document.path):
        return replace(document, sample=True, reason="a sample that Xen ships, no domU of this site")
    if live is None:
        return document
    there = by_name.get(live)
    if there is None:
        told = "which the backup does not have"
    else:
        equal = there.document.source.data == document.source.data
        told = "equal to the live file" if equal else "differs from the live file"
    return replace(document, copy_of=live, reason=f"copy of {live}, {told}")
