"""What kind of file this is, judged by its content; the name only tips the balance.

Administrators save files under any name, and the guide itself keeps resource XML in a file `xenvmnfs.xm`; so the first
64 KiB decide and a file that fits nothing well is better left alone.
"""

from __future__ import annotations

import re

from msgspec import Struct

from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.sniff.outline import outline_of
from cibtools.backup.sniff.text import recognise, suggested
from cibtools.backup.sniff.xml import recognise_xml

_HEAD = 64 * 1024
_SURE = 40
"""Less confidence than this is no answer."""
_NEAR = 10
"""A second kind that comes this close makes the answer doubtful."""
_NAME_BONUS = 15

_MAGICS = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"PK\x03\x04", "zip"))
_EXCERPT = re.compile(
    rb"[-\x96\x97]snip[-\x96\x97]|\xe2\x80[\x93\x94]snip\xe2\x80[\x93\x94]"
    rb"|^[ \t]*(?:[#;]+|<!--)?[ \t]*(?:\.{3,}|\xe2\x80\xa6|\[(?:\.{3}|\xe2\x80\xa6)\])[ \t]*(?:-->)?[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_EXCERPT_MARKS = (b"...", b"snip", b"Snip", b"SNIP", b"\xe2\x80\xa6")
"""One of them is in every excerpt; looking for them is much faster than the pattern, which matters for large CIBs."""


class Classification(Struct, frozen=True):
    """The kind of a file, how sure we are, and why."""

    kind: Kind
    confidence: int
    """0 to 100; a kind other than `UNCLASSIFIED` has at least 40."""
    reason: str
    """The evidence, in words that fit behind "because"."""
    rivals: tuple[Kind, ...] = ()
    """Other kinds that fit nearly as well: the file is ambiguous."""


def classify(source: Source, name: str) -> Classification:
    """Find out what kind of file this is; `name` is its path within the backup."""
    data = source.data
    certain = _by_bytes(data, wide=source.encoding.startswith("utf-16") if source.bom else False)
    if certain is not None:
        return certain
    head = data[len(source.bom) : _HEAD]
    unmarked = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(head[:2], "utf-8")
    text = head.decode(source.encoding if source.bom else unmarked, "replace")
    hinted = suggested(name)
    if text.startswith("#!") and not (hinted and hinted.interpreter and hinted.interpreter in text.split("\n", 1)[0]):
        return Classification(Kind.UNCLASSIFIED, 0, "a script")
    found = recognise_xml(text)
    if found is not None:
        return Classification(*found)
    outline = outline_of(text)
    if hinted and not outline.lines and hinted.is_named(name):
        return Classification(hinted.kind, _SURE, "it holds comments only, under the name of such a file")
    return _best(recognise(outline, hinted), hinted.kind if hinted else None)


def _by_bytes(data: bytes, *, wide: bool) -> Classification | None:
    """Answer for what is no text, or none that we may read."""
    for magic, what in _MAGICS:
        if data.startswith(magic):
            return Classification(Kind.ARCHIVE, 100, f"{what} data")
    if data[257:262] == b"ustar":
        return Classification(Kind.ARCHIVE, 100, "a tar archive")
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n\f\v") and (wide or b"\0" not in data):
        return Classification(Kind.EMPTY, 100, "nothing but white space" if data else "no bytes")
    if not wide and b"\0" in data and not _starts_as_xml(data):
        return Classification(Kind.BINARY, 100, "NUL bytes")
    if b"PRIVATE KEY" in data and re.search(rb"^-----BEGIN [A-Z0-9 ]*PRIVATE KEY", data, re.MULTILINE):
        return Classification(Kind.PRIVATE_KEY, 100, "a private key")
    return None


def _starts_as_xml(data: bytes) -> bool:
    """True for XML with stray NUL bytes, which is damage, and for UTF-16 without a byte order mark."""
    return data.startswith((b"<?xml", b"<cib", b"<\0", b"\0<"))


def _best(candidates: list[tuple[Kind, int, str]], hinted: Kind | None) -> Classification:
    """Add what the name says and take the best; an earlier recogniser wins a tie."""
    scored = [
        (min(100, confidence + (_NAME_BONUS if kind is hinted else 0)), kind, reason)
        for kind, confidence, reason in candidates
    ]
    if not scored:
        return Classification(Kind.UNCLASSIFIED, 0, "nothing in it looks like a file we know")
    confidence, kind, reason = max(scored, key=lambda item: item[0])
    if confidence < _SURE:
        return Classification(Kind.UNCLASSIFIED, confidence, f"at most {reason}")
    rivals = tuple(other for score, other, _ in scored if other is not kind and score >= confidence - _NEAR)
    return Classification(kind, confidence, reason, rivals)


def is_excerpt(source: Source) -> bool:
    """Tell whether a marker says that parts of the file were left out: `-snip-`, a line of dots, `[...]`."""
    wide = bool(source.bom) and source.encoding.startswith("utf-16")
    data = source.text.encode(errors="replace") if wide else source.data
    if not any(mark in data for mark in _EXCERPT_MARKS):
        return False
    return _EXCERPT.search(data) is not None
