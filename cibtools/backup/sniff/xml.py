"""Recognising CIBs and parts of them by their first element, without parsing.

A damaged file cannot be parsed but still is a CIB, so the names of the outermost elements are found by eye, so to say:
comments and declarations are passed over and log lines before the first tag are forgiven.
"""

from __future__ import annotations

import re

from cibtools.backup.cib.section import EVERYDAY_TAGS, FRAGMENT_HOME, HOMELESS_TAGS, SECTION_TAGS
from cibtools.backup.record.kind import Kind

_SECTIONS = frozenset((*SECTION_TAGS, "configuration"))
_PARTS = _SECTIONS.union(FRAGMENT_HOME, HOMELESS_TAGS)
_MANY_ROOTS = 256
_PREAMBLE_LINES = 20
_NEARBY = 1000
"""Characters within which an object with an everyday name shows its id."""

_PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)", re.DOTALL)
_OPEN = re.compile(r"\s*<([A-Za-z_][\w.:-]*)(?=[\s/>])")
_LINE_TAG = re.compile(r"^[ \t]*<([A-Za-z_][\w-]*)(?=[\s/>])", re.MULTILINE)
_EVERYDAY = re.compile(rf"<(?:{'|'.join(sorted(EVERYDAY_TAGS))})(?=[\s/>])(?P<attributes>[^>]*)")
Recognised = tuple[Kind, int, str]


def recognise_xml(text: str) -> Recognised | None:
    """Name the kind of an XML file, or return None if the text is no XML."""
    start = _skip_prolog(text, 0)
    root = _OPEN.match(text, start)
    if root is not None:
        return _by_root(text, root)
    late = _late_root(text)
    if late is None:
        return None
    kind, confidence, reason = _by_root(text, late)
    return kind, confidence - 20, f"{reason}, after other text"


def _skip_prolog(text: str, at: int) -> int:
    """Pass over declarations, comments and white space."""
    while (found := _PROLOG.match(text, at)) is not None:
        at = found.end()
    return at


def _late_root(text: str) -> re.Match[str] | None:
    """Find a root that stands behind a few lines of a terminal session or log, but not an example within prose."""
    tags = _LINE_TAG.finditer(text) if "<" in text else ()
    found = next((tag for tag in tags if tag[1] == "cib" or _is_part(text, tag)), None)
    if found is None:
        return None
    preamble = text[: found.start()]
    if preamble.count("\n") > _PREAMBLE_LINES or "```" in preamble or re.search(r"^#+ ", preamble, re.MULTILINE):
        return None
    lines = [line for line in text[found.start() :].splitlines() if not line.isspace() and line]
    if 2 * sum(line.lstrip().startswith("<") for line in lines) < len(lines):
        return None
    return _OPEN.match(text, found.start())


def _by_root(text: str, root: re.Match[str]) -> Recognised:
    name = root[1]
    if name == "cib":
        return Kind.CIB, 100, "its root is <cib>"
    if _is_part(text, root):
        return _parts(text, root)
    if name == "cib_update_result" or (name == "diff" and re.search(r"<diff-(?:added|removed)\b", text)):
        return Kind.CIB_DIFF, 90, f"its root is <{name}>"
    if name == "transition_graph":
        return Kind.PE_GRAPH, 90, "its root is <transition_graph>"
    return Kind.OTHER_XML, 60, f"its root is <{name}>"


def _is_part(text: str, root: re.Match[str]) -> bool:
    """Tell whether a root is a section or an object of a CIB."""
    if root[1].removesuffix("s") not in EVERYDAY_TAGS or root[1] not in _PARTS:
        return root[1] in _PARTS
    first = _EVERYDAY.search(text, root.start(), root.start() + _NEARBY)
    return first is None or " id=" in first["attributes"]


def _parts(text: str, root: re.Match[str]) -> Recognised:
    """Tell one section from one object and from several of either in a row."""
    names = _root_names(text, root)
    name = names[0]
    unknown = next((other for other in names if other not in _PARTS), None)
    if unknown is not None:
        return Kind.OTHER_XML, 60, f"it has several roots, <{unknown}> among them"
    if len(names) > 1:
        return Kind.CIB_FRAGMENT, 85, f"it has several roots, from <{name}> to <{names[-1]}>"
    if name in _SECTIONS:
        return Kind.CIB_SECTION, 95, f"its root is <{name}>"
    return Kind.CIB_FRAGMENT, 90, f"its root is <{name}>"


def _root_names(text: str, root: re.Match[str] | None) -> list[str]:
    """List the outermost elements that begin within the text, as far as their ends can be found."""
    names: list[str] = []
    while root is not None and len(names) < _MANY_ROOTS:
        names.append(root[1])
        end = _end_of_element(text, root)
        root = _OPEN.match(text, _skip_prolog(text, end)) if end is not None else None
    return names


def _end_of_element(text: str, root: re.Match[str]) -> int | None:
    """Offset behind the end tag that closes an element; only tags of its own name are counted."""
    depth = 0
    tags = re.compile(rf"<(/?){re.escape(root[1])}(?=[\s/>])[^<>]*>")
    for tag in tags.finditer(text, root.start()):
        if tag[1]:
            depth -= 1
        elif not tag[0].endswith("/>"):
            depth += 1
        if depth <= 0:
            return tag.end()
    return None
