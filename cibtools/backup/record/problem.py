"""A thing wrong with what a side file says, found by its parser.

One type serves all side files, since these would not differ. A problem carries no
severity and no advice; rules turn it into a finding.
"""

from __future__ import annotations

from msgspec import Struct

from cibtools.backup.record.source import Span


class Problem(Struct, frozen=True):
    """One thing that the program reading the file refuses, ignores, or takes otherwise than it looks."""

    variant: str
    """Which kind of mistake; each parser lists its own."""
    message: str
    """What is wrong, one clause without the file's name."""
    span: Span
    """Where; the start of the file for what is missing."""
    related: tuple[Span, ...] = ()
    """All places to be mended, if they are more than one."""
