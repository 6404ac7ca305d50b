"""Reading drbd.conf: which device a DRBD resource is, on which disks of the nodes it lies.

The same blocks can be reached as resource, as /dev/drbdN and, against all advice, as the disk below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.lines.directive import Option
from cibtools.backup.lines.side_text import LOST, SideText
from cibtools.backup.lines.words import listed
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source

_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)|(?P<mark>[{};])|\"(?P<string>[^\"\n]*)\"|(?P<torn>\"[^\n]*)|(?P<word>[^\s{};#\"]+)"
)
_DEEPEST = 16
_SECTIONS = frozenset((
    "global", "common", "resource", "on", "volume", "net", "syncer", "disk", "startup", "handlers", "options", "proxy",
    "floating", "stacked-on-top-of", "connection", "connection-mesh", "path", "skip", "template-file", "plugin",
))  # fmt: skip


class DrbdVolume(Struct, frozen=True):
    """One replicated device, as one node has it."""

    resource: str
    number: int
    """0 in releases before 8.4, which have one volume per resource."""
    host: str
    """The node that the section is for; empty for what holds for all."""
    device: str
    """Path of the device; empty if only a minor number is given."""
    minor: int | None
    disk: str
    """The device below; empty on a diskless node."""


class DrbdConf(Struct, frozen=True, eq=False):
    """What a drbd.conf or a file of drbd.d says."""

    volumes: tuple[DrbdVolume, ...]
    includes: tuple[str, ...]
    """Patterns of files that are read too; they are not part of this one."""
    problems: tuple[Problem, ...]
    """Variants: `unknown`, `stray`, `not-closed`, `torn-string`, and those of damaged print."""

    @property
    def repaired(self) -> bool:
        """True if damage was put right: drbdadm does not read the file so."""
        return any(problem.variant in LOST or problem.variant == "not-closed" for problem in self.problems)

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield each resource with its device."""
        if self.volumes:
            words = (f"{one.resource} is {one.device or f'/dev/drbd{one.minor}'}" for one in self.volumes)
            yield listed(dict.fromkeys(words))


class _Level(Struct):
    """One open section."""

    name: Option
    label: str
    said: dict[str, list[str]]


def parse_drbd(source: Source) -> DrbdConf:
    """Read a drbd.conf; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    volumes: list[DrbdVolume] = []
    includes: list[str] = []
    stack: list[_Level] = []
    words: list[Option] = []
    for token in _TOKEN.finditer(text.text):
        match token.lastgroup:
            case "string":
                words.append(text.option(token.start() + 1, token.end() - 1, token["string"]))
            case "word":
                words.append(text.option(*token.span(), token[0]))
            case "torn":
                text.problems.append(Problem("torn-string", "the string is never closed", text.span(*token.span())))
            case "mark":
                _close_statement(
                    text, token[0], text.option(*token.span(), token[0]), stack, words, (volumes, includes)
                )
                words = []
            case _:
                continue
    for level in stack:
        text.problems.append(Problem("not-closed", f"the section {level.name.text} is never closed", level.name.span))
    return DrbdConf(tuple(volumes), tuple(includes), tuple(sorted(text.problems, key=lambda problem: problem.span)))


def _close_statement(
    text: SideText,
    mark: str,
    option: Option,
    stack: list[_Level],
    words: list[Option],
    found: tuple[list[DrbdVolume], list[str]],
) -> None:
    volumes, includes = found
    if mark == "{":
        if not words or len(stack) >= _DEEPEST:
            text.problems.append(Problem("stray", "the bracket belongs to no section", option.span))
            words = words or [option]
        elif words[0].text not in _SECTIONS:
            message = f"DRBD has no section '{words[0].text}'"
            text.problems.append(Problem("unknown", message, words[0].span))
        stack.append(_Level(words[0], " ".join(word.text for word in words[1:]), {}))
    elif mark == "}" and stack:
        volumes += _volumes(stack)
        stack.pop()
    elif mark == "}":
        text.problems.append(Problem("stray", "the bracket closes nothing", option.span))
    elif words and words[0].text == "include":
        includes += [word.text for word in words[1:]]
    elif words and stack:
        stack[-1].said.setdefault(words[0].text, [word.text for word in words[1:]])


def _volumes(stack: list[_Level]) -> Iterator[DrbdVolume]:
    """The volume that the innermost section describes, with what the sections around it say for all."""
    names = [level.name.text for level in stack]
    if "resource" not in names or names[-1] not in ("on", "floating", "volume", "resource", "stacked-on-top-of"):
        return
    around = stack[names.index("resource") :]
    own = stack[-1].said
    inherited = {key: value for level in around for key, value in level.said.items()}
    # What stands above a node's section is told there, unless no section below says anything of its own.
    if not own.keys() & {"device", "disk"} or (names[-1] == "resource" and "device" not in own):
        return
    device = inherited.get("device", [])
    path = next((word for word in device if word.startswith("/")), "")
    number = next((int(word) for word in device if word.isdecimal() and len(word) < 8), None)
    plain = re.fullmatch(r"/dev/drbd/?(\d{1,7})", path)
    disk = inherited.get("disk", [""])
    labels = {level.name.text: level.label for level in around}
    yield DrbdVolume(
        labels["resource"],
        int(labels["volume"]) if labels.get("volume", "").isdecimal() else 0,
        labels.get("on", ""),
        path,
        int(plain[1]) if plain else number,
        disk[0] if disk and disk[0] != "none" else "",
    )
