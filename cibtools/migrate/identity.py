"""Ids that Pacemaker's schemas take: names without a colon, as XML calls an NCName (M100)."""

from __future__ import annotations

import re

_OTHER_LETTERS = "\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf"
_FIRST = re.compile(f"[A-Za-z_{_OTHER_LETTERS}]")
_ILLEGAL = re.compile(f"[^A-Za-z0-9_.{_OTHER_LETTERS}-]")
_LEGAL_ASCII = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def legal_id(identity: str) -> str:
    """The id itself if it is legal, else the nearest that is: `-` for what may not stand, `id-` before a digit."""
    if _LEGAL_ASCII.fullmatch(identity):
        return identity
    name = _ILLEGAL.sub("-", identity)
    return name if _FIRST.match(name) else f"id-{name}"
