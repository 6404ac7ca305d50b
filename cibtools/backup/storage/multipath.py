"""Reading multipath.conf: the names of the SAN's disks, and whether lost paths make I/O hang instead of fail.

An alias has to mean the same disk on every node, or a domU starts on another's volume after a migration.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.lines.directive import Directive, Option
from cibtools.backup.lines.side_text import LOST, SideText
from cibtools.backup.lines.words import listed
from cibtools.backup.record.boolean import MULTIPATH
from cibtools.backup.record.fact import ABSENT, Fact, Known
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source
from cibtools.backup.storage.multipath_keyword import (
    BLACKLIST_KEYWORDS,
    KEYWORDS,
    OLD_KEYWORDS,
    OLD_SECTIONS,
    SECTIONS,
    near_keyword,
)
from cibtools.backup.storage.multipath_section import MultipathSection, sections_of

_MOST_GUESSES = 100
"""In longer sections and after so many problems nobody is told what may be meant: finding it out takes long."""
_BLACKLISTS = ("blacklist", "devnode_blacklist")


class MultipathMap(Struct, frozen=True):
    """One disk that has a section of its own."""

    wwid: Option | None
    """What the array calls it; the same on every node."""
    alias: Option | None
    """Its name below /dev/mapper."""
    section: MultipathSection
    """All settings."""


class MultipathDevice(Struct, frozen=True):
    """One type of array."""

    vendor: Option | None
    """A regular expression, as is `product`."""
    product: Option | None
    section: MultipathSection
    """All settings."""


class MultipathConf(Struct, frozen=True, eq=False):
    """What a multipath.conf says."""

    sections: tuple[MultipathSection, ...]
    """All sections, each where it begins."""
    defaults: tuple[MultipathSection, ...]
    """As a rule one."""
    maps: tuple[MultipathMap, ...]
    devices: tuple[MultipathDevice, ...]
    blacklist: tuple[Directive, ...]
    """Lines of the blacklist: `devnode` and `wwid` with a regular expression."""
    blacklist_exceptions: tuple[Directive, ...]
    problems: tuple[Problem, ...]
    """Variants: `unknown`, `old-name`, `no-value`, `twice`, `missing`, `malformed`, `stray`, `not-closed`,
    `torn-string`, `no-break-space`, `curly-quote`, `dash`."""

    @property
    def repaired(self) -> bool:
        """True if damage was put right: multipathd does not read the file so."""
        return any(problem.variant in LOST or problem.variant == "not-closed" for problem in self.problems)

    @property
    def aliases(self) -> dict[str, str]:
        """Wwid by alias, of the maps that have both; the first map of an alias counts."""
        found: dict[str, str] = {}
        for entry in self.maps:
            if entry.alias and entry.wwid:
                found.setdefault(entry.alias.text, entry.wwid.text)
        return found

    @property
    def user_friendly_names(self) -> Fact[bool]:
        """Whether disks without an alias are called mpath0, mpath1…, which need not agree between nodes."""
        found = [option for section in self.defaults if (option := section.last("user_friendly_names"))]
        return Known(MULTIPATH.read(found[-1].text) is True, found[-1].span) if found else ABSENT

    @property
    def queueing(self) -> tuple[Option, ...]:
        """Settings that make I/O wait for ever when all paths are lost, so that the cluster does not notice."""
        lines = (line for section in self.sections for line in section.settings)
        return tuple(
            option
            for line in lines
            for option in line.options
            if (line.name == "no_path_retry" and option.text.lower() == "queue")
            or (line.name in ("features", "default_features") and "queue_if_no_path" in option.text)
        )

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield the aliases, and whether I/O waits when all paths are lost."""
        if self.aliases:
            yield listed(self.aliases)
        if self.queueing:
            yield "I/O waits for ever when all paths are lost"


def parse_multipath(source: Source) -> MultipathConf:
    """Read a multipath.conf; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    sections = sections_of(text)
    maps = tuple(
        MultipathMap(section.last("wwid"), section.last("alias"), section)
        for section in sections
        if section.path == ("multipaths", "multipath")
    )
    devices = tuple(
        MultipathDevice(section.last("vendor"), section.last("product"), section)
        for section in sections
        if section.path == ("devices", "device")
    )
    problems = [*text.problems, *_doubles(maps)]
    for section in sections:
        problems += _problems_of(section, guess=len(problems) < _MOST_GUESSES)
    return MultipathConf(
        sections,
        defaults=tuple(section for section in sections if section.path == ("defaults",)),
        maps=maps,
        devices=devices,
        blacklist=tuple(line for section in sections if section.path[0] in _BLACKLISTS for line in section.settings),
        blacklist_exceptions=tuple(
            line for section in sections if section.path[0] == "blacklist_exceptions" for line in section.settings
        ),
        problems=tuple(sorted(problems, key=lambda problem: problem.span)),
    )


def _problems_of(section: MultipathSection, *, guess: bool) -> Iterator[Problem]:
    name = section.path[-1]
    if len(section.path) == 1 and name in OLD_SECTIONS:
        yield Problem("old-name", f"{name} is called {OLD_SECTIONS[name]} in later releases", section.header)
    elif len(section.path) == 1 and name not in SECTIONS:
        yield Problem("unknown", f"multipath has no section '{name}'", section.header)
        return
    if section.path == ("multipaths", "multipath") and section.last("wwid") is None:
        yield Problem("missing", "the multipath has no wwid, so it names no disk", section.header)
    known = BLACKLIST_KEYWORDS if "blacklist" in section.path[0] else KEYWORDS
    for line in section.settings:
        if line.name in OLD_KEYWORDS and section.path == ("defaults",):
            yield Problem("old-name", f"{line.name} is called {OLD_KEYWORDS[line.name]} since 0.4.7", line.span)
        elif line.name not in known:
            near = near_keyword(line.name) if guess and len(section.settings) < _MOST_GUESSES else None
            meant = f"; is {near} meant?" if near else ""
            yield Problem("unknown", f"multipath has no keyword '{line.name}'{meant}", line.span)
        elif not line.options:
            yield Problem("no-value", f"{line.name} has no value", line.span)


def _doubles(maps: tuple[MultipathMap, ...]) -> Iterator[Problem]:
    """Find aliases and wwids that two maps have."""
    first: dict[tuple[str, str], Option] = {}
    for found in maps:
        for what, option in (("alias", found.alias), ("wwid", found.wwid)):
            if option:
                kept = first.setdefault((what, option.text), option)
                if kept is not option:
                    yield Problem("twice", f"two disks have the {what} {option.text}", option.span, (kept.span,))
