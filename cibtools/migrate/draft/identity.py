"""Ids that Pacemaker's schemas take: names without a colon, as XML calls an NCName (M100)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from functools import cached_property, lru_cache

from lxml import etree

from cibtools.migrate.draft.mention import Mentions

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_ALL_PLAIN = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_.-]*\n)*")


def legal_id(identity: str) -> str:
    """The id itself if it is legal, else the nearest that is: `-` for what may not stand, `id-` before a digit."""
    if _PLAIN.fullmatch(identity):
        return identity
    name = "".join([char if _may_follow(char) else "-" for char in identity])
    return name if name and _is_name(name) else f"id-{name}"


def are_plain(identities: list[str]) -> bool:
    """True if all are legal and of ASCII alone; a quick answer for a whole document."""
    text = "\n".join([*identities, ""])
    return text.count("\n") == len(identities) and _ALL_PLAIN.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _may_follow(char: str) -> bool:
    return _is_name(f"a{char}")


def _is_name(text: str) -> bool:
    """What beyond ASCII is a letter, libxml2's validator says, which the result has to pass.

    Not its parser: that knows a later edition of XML, with many more letters.
    """
    if text.isascii():
        return _PLAIN.fullmatch(text) is not None
    element = etree.Element("x")
    element.text = text
    return bool(_validator().validate(element))


@lru_cache(maxsize=1)
def _validator() -> etree.RelaxNG:
    """Takes an element whose text is an NCName."""
    grammar = (
        '<element name="x" xmlns="http://relaxng.org/ns/structure/1.0"'
        ' datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"><data type="NCName"/></element>'
    )
    return etree.RelaxNG(etree.fromstring(grammar))


class OldIds:
    """Every id of the input, collected only when a name comes up that its files mention at all."""

    def __init__(self, roots: Iterable[etree._Element], mentions: Mentions) -> None:
        self._roots = roots
        self._mentions = mentions
        self._searches = 100
        """How often a search of the files is still cheaper than collecting the ids."""

    def __contains__(self, name: object) -> bool:
        if self._searches:
            self._searches -= 1
            if not self._mentions.value(str(name)):
                return False
        return name in self._all

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(element.get("id", "") for root in self._roots for element in root.iter("*"))


class Names:
    """Ids that are taken, and the next free one where somebody else has what was wanted."""

    def __init__(self, reserved: Container[str]) -> None:
        self._reserved = reserved
        self._claimed: set[str] = set()
        self._next: dict[tuple[str, str], int] = {}

    def claim(self, identity: str) -> bool:
        """Take an id as it stands; False if somebody took it before."""
        if identity in self._claimed:
            return False
        self._claimed.add(identity)
        return True

    def find(self, identity: str, tag: str) -> str:
        """Take an id that nobody has or is entitled to: the wanted one, `id-tag`, `id-tag-2`, `id-tag-3` ... (M101)."""
        number = self._next.get((identity, tag), 0)
        while True:
            name = identity if number == 0 else f"{identity}-{tag}" if number == 1 else f"{identity}-{tag}-{number}"
            number += 1
            if name not in self._reserved and self.claim(name):
                self._next[identity, tag] = number
                return name
