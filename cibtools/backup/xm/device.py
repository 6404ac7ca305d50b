"""The entries of `disk`, `vif` and `vfb` in an xm file, taken apart as xm does.

xm splits at every comma and trims nothing in a disk, but trims the parts of a network card; what it refuses is told in
`problem`, and the parts are trimmed all the same, so that a disk can be compared in spite of a stray blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from msgspec import Struct

from cibtools.backup.record.fact import Unknown
from cibtools.backup.record.secret import Secret, is_secret_name
from cibtools.backup.record.source import Span
from cibtools.backup.xm.piece import Piece
from cibtools.backup.xm.text import XmText

MODES = frozenset(("r", "w", "w!"))
"""The modes xend knows (Xen 3.0.3 to 4.1, xend/server/blkif.py); `!` lifts its protection against a second user."""
XL_MODES = frozenset(("ro", "rw"))
"""The further modes of xl, which came with Xen 4.1."""
VIF_KEYS = frozenset(
    ("backend", "bridge", "ip", "mac", "script", "type", "vifname", "rate", "model", "accel", "policy", "label")
)
"""What xm accepts in a network card."""
_DRIVEN = frozenset(("tap", "tap2", "blktap", "blktap2"))
_XL_FORMATS = frozenset(("raw", "qcow", "qcow2", "vhd", "qed"))
_XL_KEYS = {"target": "path", "vdev": "vdev", "access": "mode", "backend": "backend"}


class Disk(Struct, frozen=True):
    """One entry of the disk list."""

    index: int
    """Its place in the list, from 0."""
    raw: str
    """The entry as xm gets it."""
    fields: tuple[str, ...]
    """Its comma-separated fields, untrimmed."""
    type: str
    """`phy`, `file`, `tap`, `drbd`…; empty if the source has no prefix."""
    driver: str
    """`aio`, `qcow2`… of a tap disk, else empty."""
    path: str
    """The source behind the prefixes as written, without blanks around it; empty for an empty drive."""
    vdev: str
    mode: str
    backend: str
    """The domain that serves the disk; empty for dom0."""
    span: Span
    """Bytes of the entry between its quotes; of the expression, if it is computed."""
    field_spans: tuple[Span, ...] = ()
    """Bytes of each field; none if the entry is not written out in one string without escapes."""
    problem: str | None = None
    """Why xm refuses the entry, in words that follow "disk 1 ('…')"."""
    xl_mode: bool = False
    """True if the entry is refused for a mode that only xl knows."""
    xl: bool = False
    """True for the notation of xl, which xm does not know and a newer toolstack needs."""


class Vif(Struct, frozen=True):
    """One network card."""

    index: int
    raw: str
    mac: str | None
    """As written, blanks removed; None if xm is to draw one."""
    bridge: str | None
    type: str | None
    ip: str | None
    options: tuple[tuple[str, str], ...]
    """All keys and values, trimmed, in order."""
    span: Span
    """Bytes of the entry between its quotes; of the expression, if it is computed."""
    mac_span: Span | None = None
    """Bytes of the address; None if there is none or it is not written out."""
    problem: str | None = None
    """Why xm refuses the entry."""


class Vfb(Struct, frozen=True):
    """One virtual screen."""

    index: int
    options: tuple[tuple[str, str | Secret], ...]
    span: Span

    def option(self, name: str) -> str | Secret | None:
        """The value of one option; the last one counts."""
        return dict(self.options).get(name)


Entries = Sequence[Piece | Unknown]


def disks_of(entries: Entries, text: XmText) -> tuple[Disk, ...]:
    """Take the known entries of a disk list apart."""
    return tuple(_disk(index, str(entry.value), entry, text) for index, entry in _strings(entries))


def vifs_of(entries: Entries, text: XmText) -> tuple[Vif, ...]:
    """Take the known entries of a vif list apart."""
    return tuple(_vif(index, str(entry.value), entry, text) for index, entry in _strings(entries))


def vfbs_of(entries: Entries) -> tuple[Vfb, ...]:
    """Take the known entries of a vfb list apart; passwords become secrets."""
    return tuple(
        Vfb(
            index,
            tuple((key, Secret(value) if is_secret_name(key) else value) for key, value, _ in _pairs(str(entry.value))),
            entry.span,
        )
        for index, entry in _strings(entries)
    )


def _strings(entries: Entries) -> list[tuple[int, Piece]]:
    return [
        (index, entry)
        for index, entry in enumerate(entries)
        if isinstance(entry, Piece) and isinstance(entry.value, str)
    ]


def _within(entry: Piece, text: XmText, start: int, end: int) -> Span | None:
    """Bytes of a part of an entry, if the file spells the entry as it is."""
    if not entry.literal or entry.start < 0:
        return None
    return text.span(entry.start + start, entry.start + end)


def _field_spans(fields: tuple[str, ...], entry: Piece, text: XmText) -> tuple[Span, ...]:
    ends = list(accumulate(len(field) + 1 for field in fields))
    spans = (_within(entry, text, end - 1 - len(field), end - 1) for field, end in zip(fields, ends, strict=True))
    return tuple(span for span in spans if span is not None)


def _disk(index: int, raw: str, entry: Piece, text: XmText) -> Disk:
    fields = tuple(raw.split(","))
    spans = _field_spans(fields, entry, text)
    if _is_xl(fields):
        return _xl_disk(index, raw, fields, entry, spans)
    source, vdev, mode, backend = (*(field.strip() for field in fields[:4]), "", "", "", "")[:4]
    kind, driver, path = _split_source(source)
    problem = _disk_problem(fields)
    of_xl = problem is not None and fields[2:3] != () and fields[2] in XL_MODES and "mode" in problem
    return Disk(index, raw, fields, kind, driver, path, vdev, mode, backend, entry.span, spans, problem, xl_mode=of_xl)


def _split_source(source: str) -> tuple[str, str, str]:
    """Split `type:driver:path`; only tap disks have a driver."""
    kind, colon, rest = source.partition(":")
    if not colon or "/" in kind:
        return "", "", source
    driver, colon, path = rest.partition(":")
    if kind in _DRIVEN and colon and "/" not in driver:
        return kind, driver, path
    return kind, "", rest


def _disk_problem(fields: tuple[str, ...]) -> str | None:
    """Say why xm or Xen refuses a disk entry, the gravest first."""
    if len(fields) < 3:
        missing = "device and mode" if len(fields) < 2 else "mode"
        return f"has no {missing}, where source,device,mode are needed"
    if len(fields) > 5:
        return f"has {len(fields)} fields, where five are the most"
    padded = next((field for field in fields if field != field.strip()), None)
    if padded is not None:
        return f"has a blank in the field '{padded}', which xm takes for a part of it"
    if not fields[1]:
        return "names no device for the domU"
    return None if fields[2] in MODES else f"has the mode '{fields[2]}', where xend knows r, w and w!"


def _is_xl(fields: tuple[str, ...]) -> bool:
    keyed = sum(field.partition("=")[0].strip() in _XL_KEYS for field in fields if "=" in field)
    return keyed > 1 or (fields[0].startswith("/") and len(fields) > 1 and fields[1].strip() in _XL_FORMATS)


def _xl_disk(index: int, raw: str, fields: tuple[str, ...], entry: Piece, spans: tuple[Span, ...]) -> Disk:
    """Read xl's notation: target,format,vdev,access by place or by key."""
    parts = dict.fromkeys(_XL_KEYS.values(), "")
    places = iter(("path", "format", "vdev", "mode"))
    for field in fields:
        key, equals, value = (part.strip() for part in field.partition("="))
        if equals and key in _XL_KEYS:
            parts[_XL_KEYS[key]] = value
        elif not equals:
            parts[next(places, "rest")] = key
    return Disk(
        index,
        raw,
        fields,
        "",
        "",
        parts["path"],
        parts["vdev"],
        parts["mode"],
        parts["backend"],
        entry.span,
        spans,
        None,
        xl=True,
    )


def _pairs(raw: str) -> list[tuple[str, str, int]]:
    """Split `key=value,…` as xm does for network cards: trimmed, with the index of each value."""
    pairs: list[tuple[str, str, int]] = []
    at = 0
    for field in raw.split(","):
        key, _, value = field.partition("=")
        lead = len(key) + 1 + len(value) - len(value.lstrip())
        if key.strip():
            pairs.append((key.strip(), value.strip(), at + lead))
        at += len(field) + 1
    return pairs


def _vif(index: int, raw: str, entry: Piece, text: XmText) -> Vif:
    pairs = _pairs(raw)
    options = {key: value for key, value, _ in pairs}
    unknown = next((key for key in options if key not in VIF_KEYS), None)
    unset = next((field.strip() for field in raw.split(",") if field.strip() and "=" not in field), None)
    problem = f"has '{unset}' without a value" if unset else f"has the unknown key '{unknown}'" if unknown else None
    mac = next(((value, at) for key, value, at in reversed(pairs) if key == "mac" and value), None)
    return Vif(
        index,
        raw,
        mac[0] if mac else None,
        options.get("bridge") or None,
        options.get("type") or None,
        options.get("ip") or None,
        tuple((key, value) for key, value, _ in pairs),
        entry.span,
        _within(entry, text, mac[1], mac[1] + len(mac[0])) if mac else None,
        problem,
    )
