"""A command that a shell of the rehearsal runs, and what it gets back."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.world import Node, World


class Call(Struct, frozen=True):
    """One command on one node."""

    reaction: Reaction
    node: str
    name: str
    """The tool."""
    words: tuple[str, ...]
    """Its arguments."""
    stdin: str = ""
    read: Callable[[str], bytes] = str.encode
    """Returns the bytes of a file of the node; raises OSError where there is none."""

    shadow: str = ""
    """The copy of the CIB that the shell works on; empty for none."""

    @property
    def world(self) -> World:
        """The model."""
        return self.reaction.world

    @property
    def host(self) -> Node:
        """The node on which the command runs."""
        return self.world.nodes[self.node]

    @property
    def release(self) -> str:
        """What is installed on the node."""
        return self.host.release


class Reply(Struct, frozen=True):
    """What the command prints, and its exit status."""

    stdout: str = ""
    stderr: str = ""
    status: int = 0


Tool = Callable[[Call], Reply]
