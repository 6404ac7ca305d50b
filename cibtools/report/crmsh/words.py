"""The words of the crm shell: quoting, ids, scores and sets of options, and the refusal of what it has no words for.

Whatever is written here, the shell of Pacemaker 1.0 (SLE HA 11) and crmsh 4 read alike. What only one of them reads as
it is meant is refused, and the object is written as XML, which both take.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from lxml import etree

CONTINUED = " \\\n\t"
"""Between the parts of an object, each of which has a line of its own."""
KEYWORDS = frozenset(
    ("attributes", "meta", "op", "op_meta", "op_params", "operations", "params", "rule", "utilization")
)
"""Words that begin a new part of an object, in one of the shells at least."""

_BARE = re.compile(r"[A-Za-z0-9_.:/@%+,-]+\Z")
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/#-]*\Z")
_SCORE = re.compile(r"[+-]?(?:INFINITY|[0-9]+)\Z")
_ZERO = re.compile(r"[+-]?0+\Z")


class Unsayable(Exception):  # noqa: N818 - what happened, not a fault of ours
    """The shell has no words for a part of an object; the text says for what."""


def joined(head: str, parts: Iterable[str]) -> str:
    """One object in the shell's usual layout."""
    return CONTINUED.join([head, *parts])


def only(element: etree._Element, attributes: Collection[str], children: Collection[str] = ()) -> None:
    """Refuse an element that has more to it than these."""
    for name in map(str, element.attrib):
        if name not in attributes:
            raise Unsayable(f"the attribute {name} of <{element.tag}>")
    for child in element.iterchildren("*"):
        if child.tag not in children:
            raise Unsayable(f"<{child.tag}> within <{element.tag}>")


def required(element: etree._Element, attribute: str) -> str:
    """The value of an attribute without which the shell has no sentence."""
    value = element.get(attribute)
    if value is None:
        raise Unsayable(f"<{element.tag}> without {attribute}")
    return value


def identity(text: str) -> str:
    """An id, or a reference to one, as a word."""
    if not _ID.match(text) or text.lower() in KEYWORDS:
        raise Unsayable(f"the id '{text}'")
    return text


def named(text: str) -> str:
    """The name of a node, an agent, an option or an attribute as a word."""
    if not _NAME.match(text):
        raise Unsayable(f"the name '{text}'")
    return text


def word(text: str) -> str:
    """A value as the shell reads it: in quotes, unless it is one plain word.

    The shell splits its lines as shlex does: within double quotes only they and the backslash need one before them. It
    splits the file into lines first, and crmsh 4 turns what is not ASCII into character references, which it then
    takes literally.
    """
    if _BARE.match(text):
        return text
    if not text.isascii():
        raise Unsayable("a value with characters beyond ASCII")
    if "\n" in text or "\r" in text:
        raise Unsayable("a value of several lines, on which crmsh 4 breaks off in any form")
    if text.endswith("\\"):
        raise Unsayable("a value that ends with a backslash, on which crmsh 4 breaks off in any form")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def id_word(element: etree._Element) -> str:
    """`$id="..."`, by which a set, a rule or a node keeps its id."""
    text = required(element, "id")
    if not text.isascii():
        raise Unsayable(f"the id '{text}'")
    quoted = word(text)
    return f"$id={quoted}" if quoted.startswith('"') else f'$id="{text}"'


def score(text: str) -> str:
    """A score with its colon; crmsh 4 knows zero, which makes an order optional, only as `0`."""
    if not _SCORE.match(text):
        raise Unsayable(f"the score '{text}'")
    return f"{'0' if _ZERO.match(text) else text.replace('INFINITY', 'inf')}:"


def described(element: etree._Element) -> Iterator[str]:
    """The description of an object, if it has one."""
    text = element.get("description")
    if text is not None:
        if not text:
            raise Unsayable("an empty description")
        yield f"description={word(text)}"


def nvset(element: etree._Element, keyword: str) -> str:
    """A set of options in one line, with its id."""
    pairs = [*nvpairs(element)]
    # crmsh 4 takes what stands there for a score of the set, if it can.
    if pairs and pairs[0].count(":") == 1 and pairs[0].endswith(":"):
        raise Unsayable("a set whose first value ends in a colon")
    return " ".join([keyword, id_word(element), *pairs])


def nvpairs(element: etree._Element, *, valued: bool = False) -> Iterator[str]:
    """The nvpairs of a set; `valued` where the shell asks for a value."""
    if element.get("score") is not None:
        raise Unsayable("a set of options with a score")
    if element.find("rule") is not None:
        raise Unsayable("a rule within a set of options")
    only(element, ("id",), ("nvpair",))
    seen: set[str] = set()
    for nvpair in element.iterchildren("nvpair"):
        only(nvpair, ("id", "name", "value"))
        name = named(required(nvpair, "name"))
        if name in seen:
            raise Unsayable(f"{name}, which is twice in one set")
        seen.add(name)
        value = nvpair.get("value")
        if value is not None:
            yield f"{name}={word(value)}" if value else f'{name}=""'
        elif valued or name.lower() in KEYWORDS:
            raise Unsayable(f"{name} without a value")
        else:
            yield name
