"""Where a document holds secrets, as byte spans, for everybody who shows parts of a file as they are.

Names are judged by `secret`; this module knows the positions. What cannot be parsed is searched as text, and rather too
much of it is masked than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Document
from cibtools.backup.record.secret import is_secret_name
from cibtools.backup.record.source import Source, Span

_WORDS = ("pass", "pwd", "secret", "community", "token")
_LONGEST_NAME = 64

# Patterns are compiled when a file first needs them, which most do not.
_NAME_BEFORE = r"[\w.-]*\Z"
_ASSIGNMENT = r"""(?P<name>[\w.-]+)\s*=\s*(?:"(?P<double>[^"\n]*)|'(?P<single>[^'\n]*)|(?P<bare>[^\s,;)\]>"']+))"""
_NVPAIR = r"<nvpair\b[^<]*"
_NAMED = r"\bname\s*=\s*[\"'“”]?([^\s\"'“”>]+)"
_VALUE = r"\bvalue\s*=\s*[\"'“”]?([^\"'“”\n>]*)"
_LINES = (
    (("passw",), r"\(\s*[\w-]*passw[\w-]*\s+['\"]?([^\s()'\"]+)"),  # xend-config.sxp
    (("stonith_host",), r"^[ \t]*stonith_host[ \t]+\S+[ \t]+\S+[ \t]+(\S[^\r\n]*)"),  # ha.cf
    (("crc", "md5", "sha"), r"^[ \t]*\d+[ \t]+(?:crc|md5|sha\d*)[ \t]+(\S[^\r\n]*)"),  # authkeys
    (("crypto",), r"^[ \t]*crypto[ \t](?:[^\r\n#]*[ \t])?pw[ \t]+([^\s#]+)"),  # ntp.conf
)
"""For files made of lines: words without which a look is not worth it, and the pattern."""


def secret_spans(document: Document) -> tuple[Span, ...]:
    """The bytes of every secret in a document, in order, none touching another."""
    found = list(_assigned(document.source))
    if isinstance(document.content, CibTree):
        found += _in_tree(document.content)
    else:
        found += _in_text(document.source)
    return _merged(span for span in found if span.end > span.start)


def _in_tree(content: CibTree) -> Iterator[Span]:
    """Values of nvpairs with a secret name, on whatever line of the tag they stand and however `value` is spelled."""
    for root in content.roots:
        for pair in root.iter("nvpair"):
            if is_secret_name(pair.get("name", "")):
                spans = (content.tree.value_span(pair, str(name)) for name in pair.attrib if name not in ("id", "name"))
                yield from (span for span in spans if span)


def _in_text(source: Source) -> Iterator[Span]:
    """Nvpairs in XML that could not be parsed, and the secrets of files that are made of lines."""
    text = source.text
    for tag in re.finditer(_NVPAIR, text) if "<nvpair" in text else ():
        name, value = re.search(_NAMED, tag[0]), re.search(_VALUE, tag[0])
        if name and value and is_secret_name(name[1]):
            yield _span(source, tag.start() + value.start(1), tag.start() + value.end(1))
    folded = text.lower()
    for words, pattern in _LINES:
        if any(word in folded for word in words):
            for match in re.finditer(pattern, text, re.MULTILINE | re.IGNORECASE):
                yield _span(source, *match.span(1))


def _assigned(source: Source) -> Iterator[Span]:
    """What follows `vncpasswd=` and the like, in settings, comments and XML attributes.

    Looks around each telling word: one expression over megabytes of a CIB would take longer than linting it.
    """
    text = source.text
    folded = text.lower()
    folded = folded if len(folded) == len(text) else text
    for word in _WORDS:
        at = folded.find(word)
        while at >= 0:
            before = re.search(_NAME_BEFORE, text[max(0, at - _LONGEST_NAME) : at])
            match = re.compile(_ASSIGNMENT).match(text, at - len(before[0]) if before else at)
            if match and match.lastgroup and _holds_secret(match["name"]):
                yield _span(source, *match.span(match.lastgroup))
            at = folded.find(word, at + 1)


def _holds_secret(name: str) -> bool:
    return is_secret_name(name) or name.lower().endswith("pass")


def _span(source: Source, start: int, end: int) -> Span:
    """Bytes for characters of `source.text`."""
    text, encoding = source.text, source.encoding
    first = len(source.bom) + len(text[:start].encode(encoding, "replace"))
    return Span(first, first + len(text[start:end].encode(encoding, "replace")))


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return tuple(merged)
