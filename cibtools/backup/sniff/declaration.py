"""What a side file declares about itself, once, for everybody who has to know of it.

A declaration is light: the parser is imported by `parse` when the first file of its kind turns up, for a lone CIB shall
not wait for a dozen others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, runtime_checkable

from msgspec import Struct

from cibtools.backup.record.kind import Kind
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline


class SideContent(Protocol):
    """What every parser of a side file returns: facts of its own, and what is wrong with the file."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the program that reads the file refuses, ignores, or takes otherwise than it looks."""


@runtime_checkable
class Summarised(SideContent, Protocol):
    """Content that `show` has a line for."""

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield what an administrator asks first; `nodes` are the names of the cluster's nodes."""


class SideFile(Struct, frozen=True, kw_only=True):
    """One kind of side file."""

    kind: Kind
    order: int
    """Where its line stands in `show`; of recognisers that are equally sure, the lower one wins."""
    recognise: Callable[[Outline], Answer]
    names: tuple[str, ...] = ()
    """Base names that suggest this kind, in small letters; a suffix such as `.host2` does not matter."""
    endings: tuple[str, ...] = ()
    """Endings of base names that suggest it."""
    folders: tuple[str, ...] = ()
    """Folders, between slashes, whose files are likely of this kind."""
    homes: tuple[str, ...] = ()
    """Ends of the real path, folders included, where a node has this file once only; empty if it may have several."""
    parse: Callable[[Source], SideContent] | None = None
    """None for files that are recognised, listed and not looked into."""
    decides: bool = False
    """True if its mark alone decides, even amid prose."""
    interpreter: str = ""
    """The program that a first line with `#!` may name; any other first line of the sort makes the file a script."""
    subject: str = ""
    """What `show` calls its line; empty if it has none."""

    def is_named(self, path: str) -> bool:
        """Tell whether a path ends in one of the names, with a suffix or without."""
        base = path.rpartition("/")[2].lower()
        return any(base == name or base.startswith((f"{name}.", f"{name}-")) for name in self.names)

    def suits(self, path: str) -> bool:
        """Tell whether a path, its first slash included, suggests this kind."""
        base = path.rpartition("/")[2].lower()
        return self.is_named(path) or base.endswith(self.endings) or any(folder in path for folder in self.folders)
