"""Which words the input can hold at all, told from its bytes.

Most CIBs have no date rule, no description and no `on_fail`. Searching six megabytes for a word takes a millisecond,
asking every element twenty; so a step whose words are nowhere in the files need not look.
"""

from __future__ import annotations

from collections.abc import Iterable

from cibtools.backup.record.source import Source

_BEFORE = b" \t\r\n"
_AFTER = b" \t\r\n="


class Mentions:
    """The words of some files; where a word might be spelled in another way, everything counts as mentioned."""

    def __init__(self, sources: Iterable[Source]) -> None:
        sources = tuple(sources)
        # Other encodings hide a name between zero bytes, character references within an nvpair's name.
        self._plain = all(not source.encoding.startswith("utf-16") and b"&#" not in source.data for source in sources)
        self._unicode = all(source.encoding.startswith("utf-8") for source in sources)
        self._texts = tuple(source.data for source in sources)

    def word(self, *words: str) -> bool:
        """False if none of these words stands anywhere, be it within another one."""
        if not self._plain or not (self._unicode or all(word.isascii() for word in words)):
            return True
        return any(word.encode() in text for text in self._texts for word in words)

    def value(self, text: str) -> bool:
        """False if no attribute has this very value."""
        return self.word(f'"{text}"', f"'{text}'")

    def attribute(self, *names: str) -> bool:
        """False if no element has an attribute of any of these names, and no nvpair is called so."""
        return not self._plain or any(_has(text, name.encode()) for text in self._texts for name in names)


def _has(text: bytes, name: bytes) -> bool:
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if (before in _BEFORE and after in _AFTER) or (before == after and before in b"\"'"):
            return True
        at = text.find(name, at + 1)
    return False
