"""Secrets: which names hold them, a value that cannot be shown by accident, and masking in free text.

A report that leaks one password is worse than no report, so everything that shows text of the user's files asks this
module and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from cibtools.backup.record.loose_secret import loose_ranges

MASK = "••••"
"""What stands for a secret in every output."""

_SECRET_NAME = re.compile(
    r"passw|passphrase|pwd|secret|community|token|credential|(?:^|[_-])(?:pin|creds?)$|(?<!by)(?<!com)pass$|pw$|key$",
    re.IGNORECASE,
)
_PUBLIC_NAME = re.compile(r"[_-]script$|^passwd_(?:method|type)$|^pcmk_host_map$|public_?key$", re.IGNORECASE)
_RESERVING = ("fence_mpath", "fence_scsi")
"""Agents whose `key` is the number under which a node reserves a disk (their metadata say so)."""
_PASS = re.compile(r"(?:.*[^a-z])?pass\w*$", re.IGNORECASE)
_HINTS = (
    "pass", "pw", "secret", "community", "token", "key", "crc", "md5", "sha", "stonith_host", "credential", "cred",
    "pin", "@", "-p",
)  # fmt: skip
"""Text without any of these has nothing to mask."""


class Secret:
    """A secret value: equal to its like, usable in sets, shown as dots."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, to compare or to measure it; never to show it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return self._value == other._value if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return MASK


def is_secret_name(name: str, agent: str = "") -> bool:
    """Tell whether a parameter of this name, of an agent of that type, holds a secret; user names are none."""
    if name.lower() == "key" and agent.rpartition(":")[2] in _RESERVING:
        return False
    return _SECRET_NAME.search(name) is not None and _PUBLIC_NAME.search(name) is None


def loose_secrets(text: str) -> Iterator[tuple[int, int]]:
    """Ranges of characters that hold secrets outside of assignments: URLs, command lines, remarks."""
    return loose_ranges(text, is_secret_name)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Compile the patterns of `mask_text` at its first use: most runs show no text that could need it."""
    return (
        re.compile(r"(?<![\w.-])(?P<name>[\w.-]+)\s*=\s*|\(\s*(?P<head>[\w-]+)\s+"),
        re.compile(r"\"[^\"]*\"|'[^']*'|[\"'][^\n]*|\S+"),
        re.compile(r"<[^<]*"),
        re.compile(r"^(\s*\d+\s+(?:crc|md5|sha\d*)\s+)\S.*$", re.IGNORECASE | re.MULTILINE),
        re.compile(r"^(\s*stonith_host\s+\S+\s+\S+\s+)\S.*$", re.MULTILINE),
    )


def mask_text(text: str) -> str:
    """Mask the secrets in a piece of a file or a message.

    Knows assignments, nvpairs, s-expressions, and lines of authkeys and of ha.cf's stonith_host.
    """
    folded = text.casefold()
    if not any(word in folded for word in _HINTS):
        return text
    text = masked_ranges(text, loose_secrets(text))
    name, value, tag, authkey, stonith_host = _patterns()
    text = _mask_values(tag.sub(_mask_tag, text), name, value)
    return stonith_host.sub(rf"\g<1>{MASK}", authkey.sub(rf"\g<1>{MASK}", text))


def masked_ranges(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """A text with the mask in place of ranges of its characters, in any order."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(ranges):
        if end > done:
            pieces += [text[done:start], MASK] if start >= done else []
            done = end
    return "".join([*pieces, text[done:]])


def _mask_tag(found: re.Match[str]) -> str:
    """Mask the value in a tag, whole or torn, that names a secret parameter; its id stands for a name it lacks."""
    tag = found[0]
    name = re.search(r"\bname\s*=\s*[\"']?([^\"'\s>]+)", tag)
    if name is None and tag.startswith("<nvpair"):
        name = re.search(r"\bid\s*=\s*[\"']?([^\"'\s>]+)", tag)
    if name is None or not is_secret_name(name[1]):
        return tag
    if found.string.startswith("</", found.end()):
        tag = re.sub(r">\s*[^\s>][^>]*$", f">{MASK}", tag)
    return re.sub(r"(\bvalue\s*=\s*)(?:\"[^\"]*\"?|'[^']*'?|[^\s>]+)", rf'\g<1>"{MASK}"', tag)


def _mask_values(text: str, names: re.Pattern[str], values: re.Pattern[str]) -> str:
    """Mask what is assigned to secret names; a value that is none may hold further assignments and is looked into."""
    pieces: list[str] = []
    done = at = 0
    while (found := names.search(text, at)) is not None:
        at = found.end()
        name = found["name"] or found["head"]
        bare_pass = found["name"] is not None and _PASS.match(name[-200:]) is not None and not _PUBLIC_NAME.search(name)
        value = values.match(text, at) if bare_pass or is_secret_name(name) else None
        if value is not None:
            pieces += [text[done:at], _masked(name, value[0])]
            done = at = value.end()
    return "".join([*pieces, text[done:]])


def _masked(name: str, value: str) -> str:
    """The mask, with what closes the text around the value; a vfb entry goes on after the comma."""
    if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]:
        return f"{value[0]}{MASK}{value[0]}"
    if "vncpass" in name.casefold() and "," in value:
        return MASK + value[value.index(",") :]
    kept = value.rstrip("\"'>)],/;")
    return MASK + value[len(kept) :] if kept else value
