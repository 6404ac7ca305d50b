"""Where a document holds secrets, as byte spans, for everybody who shows parts of a file as they are.

Names are judged by `secret`; this module knows the positions. What cannot be parsed is searched as text, and rather too
much of it is masked than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Document
from cibtools.backup.lines.directive import directives_of
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.loose_secret import names_a_secret
from cibtools.backup.record.secret import is_secret_name, loose_secrets
from cibtools.backup.record.source import Source, Span

_WORDS = ("pass", "pwd", "secret", "community", "token", "credential", "cred", "pin")
_LONGEST_NAME = 64

# Patterns are compiled when a file first needs them, which most do not.
_NAME_BEFORE = r"[\w.-]*\Z"
_ASSIGNMENT = r"""(?P<name>[\w.-]+)\s*=\s*(?:"(?P<double>[^"\n]*)|'(?P<single>[^'\n]*)|(?P<bare>[^\s,;)\]>"']+))"""
_NVPAIR = r"<nvpair\b[^<]*"
_NAMED = r"\bname\s*=\s*[\"'“”]?([^\s\"'“”>]+)"
_ID = r"\bid\s*=\s*[\"'“”]?([^\s\"'“”>]+)"
_KEY = r"^[ \t]*\d+[ \t]+\S+[ \t]+(\S[^\r\n]*)"
"""A line of authkeys, whatever it calls its method."""
_REMARK = r"#([^\r\n]*)"
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
    source = document.source
    ranges = [*_assigned(source.text), *loose_secrets(source.text)]
    found: list[Span] = []
    if isinstance(document.content, CibTree):
        found += _in_tree(document.content)
    else:
        ranges += _in_text(source.text)
    if document.kind is Kind.AUTHKEYS:
        ranges += [found.span(1) for found in re.finditer(_KEY, source.text, re.MULTILINE)]
    if document.kind is Kind.HA_CF:
        directives, _ = directives_of(source)
        found += [option.span for directive in directives for option in directive.options if option.secret]
    return _merged(span for span in [*found, *_spans(source, ranges)] if span.end > span.start)


def _in_tree(content: CibTree) -> Iterator[Span]:
    """Values of nvpairs with a secret name, on whatever line of the tag they stand and however `value` is spelled."""
    for root in content.roots:
        for pair in root.iter("nvpair"):
            if is_secret_pair(pair):
                spans = (content.tree.value_span(pair, str(name)) for name in pair.attrib if name not in ("id", "name"))
                yield from (span for span in spans if span)
                if "".join(map(str, pair.itertext())).strip():
                    whole, start = content.tree.span(pair), content.tree.start_tag_span(pair).end
                    yield Span(start, max(start, content.tree.source.data.rfind(b"<", start, whole.end)))


def is_secret_pair(pair: etree._Element) -> bool:
    """True for an nvpair whose name, or id if it has no name, is that of a secret of its agent."""
    name: str = pair.get("name") or pair.get("id") or ""
    if not is_secret_name(name):
        return False
    around = next(pair.iterancestors("primitive", "template"), None)
    return around is None or is_secret_name(name, around.get("type") or "")


def _in_text(text: str) -> Iterator[tuple[int, int]]:
    """Nvpairs in XML that could not be parsed, and the secrets of files that are made of lines."""
    for tag in re.finditer(_NVPAIR, text) if "<nvpair" in text else ():
        name, value = re.search(_NAMED, tag[0]) or re.search(_ID, tag[0]), re.search(_VALUE, tag[0])
        if name and value and is_secret_name(name[1]):
            yield tag.start() + value.start(1), tag.start() + value.end(1)
    for remark in re.finditer(_REMARK, text) if "#" in text else ():
        if names_a_secret(remark[1]):
            yield remark.span(1)
    folded = text.lower()
    for words, pattern in _LINES:
        if any(word in folded for word in words):
            for match in re.finditer(pattern, text, re.MULTILINE | re.IGNORECASE):
                yield match.span(1)


def _assigned(text: str) -> Iterator[tuple[int, int]]:
    """What follows `vncpasswd=` and the like, in settings, comments and XML attributes.

    Looks around each telling word: one expression over megabytes of a CIB would take longer than linting it.
    """
    folded = text.lower()
    folded = folded if len(folded) == len(text) else text
    assignment = re.compile(_ASSIGNMENT)
    for word in _WORDS:
        at = folded.find(word)
        while at >= 0:
            before = re.search(_NAME_BEFORE, text[max(0, at - _LONGEST_NAME) : at])
            match = assignment.match(text, at - len(before[0]) if before else at)
            if match and match.lastgroup and is_secret_name(match["name"]):
                yield match.span(match.lastgroup)
            at = folded.find(word, at + 1)


def _spans(source: Source, ranges: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """Bytes for characters of `source.text`, counted once from the start of the file to its end."""
    text, encoding = source.text, source.encoding
    known, offset = 0, len(source.bom)
    for start, end in sorted(ranges):
        if start >= known:
            offset += len(text[known:start].encode(encoding, "replace"))
            known = start
            yield Span(offset, offset + len(text[start:end].encode(encoding, "replace")))


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return tuple(merged)
