"""mdadm.conf: the names of software RAID arrays, of which /dev/md0, /dev/md/0 and /dev/md/NAME may be one."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.lines.side_text import SideText
from cibtools.backup.lines.words import listed
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

_KEYWORDS = frozenset(
    ("array", "device", "mailaddr", "mailfrom", "program", "create", "homehost", "auto", "policy", "part-policy")
)
_BY_ID = "/dev/disk/by-id/md-"


class Array(Struct, frozen=True):
    """One array."""

    device: str
    """As the ARRAY line names it."""
    names: tuple[str, ...]
    """The links that udev makes to it: by its uuid and by its name."""


class MdadmConf(Struct, frozen=True, eq=False):
    """What an mdadm.conf says."""

    arrays: tuple[Array, ...]
    problems: tuple[Problem, ...]
    """Variants: `unknown` for a line with another keyword, and those of damaged print."""

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield the arrays."""
        if self.arrays:
            yield listed(array.device for array in self.arrays)


def _recognise(outline: Outline) -> Answer:
    arrays = sum(line.upper().startswith("ARRAY ") for line in outline.lines)
    known = sum(
        word.lower() in _KEYWORDS or line[0].isspace() for word, line in zip(outline.words, outline.lines, strict=True)
    )
    return (90, "it has ARRAY lines") if arrays and outline.share(known) >= 0.8 else None


def parse_mdadm(source: Source) -> MdadmConf:
    """Read an mdadm.conf; a line that begins with a blank goes on with the one before."""
    text = SideText(source)
    arrays: list[Array] = []
    joined: list[list[str]] = []
    for line in text.lines:
        comment = line.text.find("#")
        said = text.directive(line, None if comment < 0 else comment)
        if said is None:
            continue
        words = [said.name, *(option.text for option in said.options)]
        if line.text[0].isspace() and joined:
            joined[-1] += words
        elif said.name.lower() in _KEYWORDS:
            joined.append(words)
        else:
            text.problems.append(Problem("unknown", f"mdadm has no keyword '{said.name}'", said.span))
    for keyword, *rest in joined:
        if keyword.lower() == "array" and rest and rest[0].startswith("/dev/"):
            arrays.append(Array(rest[0], tuple(_links(rest[1:]))))
    return MdadmConf(tuple(arrays), tuple(text.problems))


def _links(words: list[str]) -> Iterator[str]:
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not value:
            continue
        if key.lower() == "uuid":
            yield f"{_BY_ID}uuid-{value}"
        elif key.lower() == "name":
            yield f"{_BY_ID}name-{value}"
            yield f"/dev/md/{value.rpartition(':')[2]}"
        elif key.lower() == "devname":
            yield value if value.startswith("/") else f"/dev/md/{value}"


SIDE_FILE = SideFile(
    kind=Kind.MDADM,
    order=86,
    recognise=_recognise,
    names=("mdadm.conf",),
    homes=("etc/mdadm.conf", "etc/mdadm/mdadm.conf"),
    parse=parse_mdadm,
    subject="Software RAID",
)
