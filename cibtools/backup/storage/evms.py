"""Reading evms.conf: which devices EVMS manages, and whether it keeps copies of its metadata.

EVMS tests the kernel's names, in which `!` stands for the `/` of a device: include builds the list, exclude takes away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from msgspec import Struct

from cibtools.backup.lines.block import Setting, Settings, read_block, repeated
from cibtools.backup.lines.directive import Option
from cibtools.backup.lines.side_text import LOST, SideText
from cibtools.backup.lines.words import listed
from cibtools.backup.record.boolean import EVMS
from cibtools.backup.record.fact import Fact, Known, Truth, Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source

_LONGEST_NAME = 255
_BRACKETS_OR_MARK = re.compile(r"\[[^\]]*\]|!")
_KNOWN = frozenset((
    "engine/mode", "engine/debug_level", "engine/log_file", "engine/metadata_backup_dir",
    "engine/auto_metadata_backup", "engine/remote_request_timeout", "sysfs_devices/include", "sysfs_devices/exclude",
    "activate/include", "activate/exclude",
))  # fmt: skip


class EvmsConf(Struct, frozen=True, eq=False):
    """What an evms.conf says; the last setting of a path counts."""

    settings: tuple[Setting, ...]
    """All settings, in order."""
    mode: Fact[str]
    """`readwrite` or `readonly`."""
    auto_metadata_backup: Fact[bool]
    """Whether the metadata are copied at each change."""
    sysfs_include: tuple[Option, ...] | None
    """Patterns of devices that EVMS looks at; None if the file does not say."""
    sysfs_exclude: tuple[Option, ...]
    """Patterns of devices that it leaves alone all the same."""
    activate_include: tuple[Option, ...] | None
    """Patterns of objects that are activated; None if the file does not say, and all are."""
    activate_exclude: tuple[Option, ...]
    extra: tuple[Setting, ...]
    """Settings that have no field here."""
    problems: tuple[Problem, ...]
    """Variants: `invalid-value`, `twice`, `malformed`, `no-value`, `stray`, `not-closed`, `torn-string`,
    `no-break-space`, `curly-quote`, `dash`."""

    @property
    def repaired(self) -> bool:
        """True if damage was put right: EVMS does not read the file so."""
        return any(problem.variant in LOST or problem.variant == "not-closed" for problem in self.problems)

    def manages(self, name: str) -> Truth:
        """Tell whether EVMS looks at a device, given by its name below /dev; unknown if the file has no include."""
        if self.sysfs_include is None:
            return Truth.UNKNOWN
        included = any(_fits(name, option.text) for option in self.sysfs_include)
        excluded = any(_fits(name, option.text) for option in self.sysfs_exclude)
        return Truth.YES if included and not excluded else Truth.NO

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield which devices EVMS manages, and whether it copies its metadata."""
        if self.sysfs_include is not None:
            yield f"manages {listed(option.text for option in self.sysfs_include) or 'nothing'}"
        if isinstance(self.auto_metadata_backup, Known):
            yield f"metadata {'are' if self.auto_metadata_backup.value else 'are not'} copied at each change"


def parse_evms(source: Source) -> EvmsConf:
    """Read an evms.conf; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    found = read_block(text)
    settings = Settings(found)
    backup = _switch(settings.word("engine/auto_metadata_backup"))
    timeout = settings.number("engine/remote_request_timeout")
    problems = [*text.problems, *repeated(found), *_invalid((backup, timeout))]
    return EvmsConf(
        found,
        mode=settings.word("engine/mode"),
        auto_metadata_backup=backup,
        sysfs_include=settings.values("sysfs_devices/include"),
        sysfs_exclude=settings.values("sysfs_devices/exclude") or (),
        activate_include=settings.values("activate/include"),
        activate_exclude=settings.values("activate/exclude") or (),
        extra=tuple(setting for setting in found if setting.path not in _KNOWN),
        problems=tuple(sorted(problems, key=lambda problem: problem.span)),
    )


def _switch(fact: Fact[str]) -> Fact[bool]:
    if not isinstance(fact, Known):
        return fact
    on = EVMS.read(fact.value)
    return Unknown(f"'{fact.value}' is neither yes nor no", fact.span) if on is None else Known(on, fact.span)


def _invalid(facts: Iterable[Fact[bool] | Fact[int]]) -> list[Problem]:
    return [Problem("invalid-value", fact.reason, fact.span) for fact in facts if isinstance(fact, Unknown)]


def _fits(name: str, pattern: str) -> bool:
    return len(name) <= _LONGEST_NAME and fnmatchcase(_slashed(name), _slashed(pattern))


def _slashed(text: str) -> str:
    """The text with `/` for the kernel's `!`, which in brackets says "none of these"."""
    return _BRACKETS_OR_MARK.sub(lambda found: "/" if found[0] == "!" else found[0], text)
