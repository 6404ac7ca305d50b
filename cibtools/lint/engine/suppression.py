"""Suppression by comments in the files: `cibtools: ignore[CODE, …] reason`.

In a CIB the comment stands inside the object or just before it; in other files at the end of the line or on the line
before. The cluster itself drops comments when it rewrites a CIB, which is why a configuration file is the better place
for what shall last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib.section import SECTION_TAGS
from cibtools.cluster.model.place import Place
from cibtools.lint.record.rule import Rule

MARK = re.compile(r"cibtools:\s*ignore\[([^\]]*)\]\s*(.*)", re.DOTALL)
"""The words in brackets, and the reason."""
_CONTAINERS = frozenset({*SECTION_TAGS, "cib", "configuration"})


def suppression_reason(rule: Rule, place: Place) -> str:
    """The reason in the comment that silences the rule at a place ("no reason given" if it names none), or nothing."""
    for comment in _comments(place):
        match = MARK.search(comment)
        if match and any(fits(word, rule.code, rule.name) for word in words_of(match[1])):
            return match[2].strip() or "no reason given"
    return ""


def words_of(codes: str) -> tuple[str, ...]:
    """Take the words in the brackets apart."""
    return tuple(filter(None, (word.strip() for word in codes.split(","))))


def fits(word: str, code: str, name: str) -> bool:
    """Tell whether a word of such a comment means a rule: its code, the beginning of one, or its name."""
    return code.startswith(word) or word == name


def _comments(place: Place) -> Iterator[str]:
    if place.spot is None and place.element is not None:
        yield from _xml_comments(place.element)
        return
    source = place.document.source
    line = source.line_of(place.span.start)
    yield source.line_text(line).partition("#")[2]
    while line > 1 and source.line_text(line - 1).lstrip().startswith("#"):
        line -= 1
        yield source.line_text(line)


def _xml_comments(element: etree._Element) -> Iterator[str]:
    found: etree._Element | None = element
    while found is not None:
        before = found.getprevious()
        while isinstance(before, etree._Comment):
            yield before.text or ""
            before = before.getprevious()
        if found.tag not in _CONTAINERS:
            for child in found.iterchildren(tag=etree.Comment):
                yield child.text or ""
        found = found.getparent()
