"""Words that several checks put into their messages: lists of names, and files as the backup knows them."""

from __future__ import annotations

from collections.abc import Iterable

from cibtools.backup.document import Document
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import path_below


def listed(words: Iterable[str], conjunction: str = "and") -> str:
    """Join words as a person would: commas, and the conjunction before the last."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {conjunction} {found[-1]}" if found else ""


SHOWN = 4
"""So many names are listed in a message; of more only the count is told."""


def brief(names: tuple[str, ...], separator: str = ", ") -> str:
    """Join the first names; of more than `SHOWN` only the count is told."""
    rest = len(names) - SHOWN
    return separator.join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def brief_sentence(names: tuple[str, ...]) -> str:
    """Join names for the end of a sentence."""
    return listed(names) if len(names) <= SHOWN else brief(names)


def path_in(cluster: Cluster, document: Document) -> str:
    """The path of a file within its backup; its plain name if it is the backup."""
    return path_below(cluster.backup.root, document)
