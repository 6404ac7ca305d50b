"""The file of a domU, as `xm create` reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.record.source import Source
    from cibtools.backup.xm.file import XmConfig

_STRONG = frozenset(("disk", "kernel", "bootloader", "builder"))
_KEYS = _STRONG | frozenset(
    ("name", "memory", "vif", "extra", "root", "uuid", "vcpus", "on_reboot", "on_crash", "on_poweroff")
)
_FOREIGN = frozenset(("dist", "size", "swap", "fs", "install-method", "debootstrap", "mirror", "arch", "lvm", "image"))
"""Names that xen-tools.conf sets, which makes domUs and is none."""
_VALUE = re.compile(
    r"$|[\"'“”„‘’‚\[({\\]|-?[0-9][0-9.]*[lL]?\s*(?:[#;,+*/-]|$)|0x[0-9a-fA-F]+|[A-Za-z_][\w.]*\s*(?:[\[(#+%,;*-]|$)"
)
"""How a value of Python begins; typographic quotes are a mistake of its author."""


def _recognise(outline: Outline) -> Answer:
    keys = {key for key, line in zip(outline.keys, outline.lines, strict=True) if key in _KEYS and line[0] == key[0]}
    if not keys or _explained_as_python(outline) < 0.6:
        return None
    if len(keys) > 1 and keys & _STRONG and _is_python(outline, keys):
        return 90, f"it sets {', '.join(sorted(keys)[:4])}"
    return (35 if len(keys) > 1 else 30), f"it sets {', '.join(sorted(keys))}"


def _is_python(outline: Outline, keys: set[str]) -> bool:
    """Tell whether as many values of known names could be Python's as could not: xen-tools.conf writes bare paths."""
    values = [
        line.partition("=")[2].strip() for key, line in zip(outline.keys, outline.lines, strict=True) if key in keys
    ]
    fitting = sum(_VALUE.match(value) is not None for value in values)
    foreign = _FOREIGN.intersection(outline.keys)
    return 2 * fitting >= len(values) and len(foreign) < 2


def _explained_as_python(outline: Outline) -> float:
    """The part of the lines that could be a domU file's: assignments, continued or indented lines, statements."""
    starts = (
        "import ",
        "from ",
        "if ",
        "elif ",
        "else:",
        "for ",
        "def ",
        "print",
        "del ",
        "try:",
        "except",
        " ",
        "\t",
        "]",
        ")",
        "'",
        '"',
        "[",
    )
    return outline.share(
        sum(
            key.rstrip("+ ").isidentifier() or line.startswith(starts)
            for key, line in zip(outline.keys, outline.lines, strict=True)
        )
    )


def _parse(source: Source) -> XmConfig:
    from cibtools.backup.xm.file import parse_xm

    return parse_xm(source)


SIDE_FILE = SideFile(
    kind=Kind.XM,
    order=120,
    recognise=_recognise,
    endings=(".xm",),
    folders=("/xen/vm/",),
    interpreter="python",
    parse=_parse,
)
