"""Numbers that cibtools prints and a user can look up: what one means, as titled paragraphs."""

from __future__ import annotations

from msgspec import Struct


class Number(Struct, frozen=True):
    """One number, such as `M014`, `P-10`, `G-START` or `S-RAM`."""

    code: str
    title: str
    """What it says, without a full stop."""
    sections: tuple[tuple[str, str], ...]
    """Headings with their text, in the order in which they are read."""
