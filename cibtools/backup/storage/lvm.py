"""Reading lvm.conf: which devices LVM looks at, and how it locks.

Where EVMS manages the volumes LVM's filter rejects everything; a conversion to clvmd needs the opposite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from cibtools.backup.lines.block import Setting, Settings, read_block, repeated
from cibtools.backup.lines.directive import Option
from cibtools.backup.lines.pattern import matches
from cibtools.backup.lines.side_text import LOST, SideText
from cibtools.backup.lines.words import listed
from cibtools.backup.record.fact import Fact, Known, Truth, Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source, Span

_CLOSING = {"(": ")", "[": "]", "{": "}"}
"""Brackets around a pattern come in pairs; any other character stands at both ends."""


class FilterEntry(Struct, frozen=True):
    """One element of devices/filter."""

    accept: bool
    """True for `a`, False for `r`."""
    pattern: str
    """A regular expression that matches anywhere in the name."""
    span: Span


class LvmConf(Struct, frozen=True, eq=False):
    """What an lvm.conf says; the last setting of a path counts."""

    settings: tuple[Setting, ...]
    """All settings, in order."""
    filter: tuple[FilterEntry, ...] | None
    """The entries that can be read, in order; None if the file has no filter, and every device is accepted."""
    locking_type: Fact[int]
    """0 none, 1 local, 2 external library, 3 clustered; if absent 1."""
    problems: tuple[Problem, ...]
    """Variants: `bad-filter`, `invalid-value`, `twice`, `malformed`, `no-value`, `stray`, `not-closed`, `torn-string`,
    `no-break-space`, `curly-quote`, `dash`."""

    @property
    def repaired(self) -> bool:
        """True if damage was put right: LVM does not read the file so."""
        return any(problem.variant in LOST or problem.variant == "not-closed" for problem in self.problems)

    def accepts(self, *names: str) -> Truth:
        """Tell whether LVM looks at a device with these names, its links among them.

        The first entry that matches decides about a name. One accepted name is enough; without any match the device is
        accepted. Unknown if the filter is damaged.
        """
        answers = [self._accepts(name) for name in names]
        if Truth.YES in answers:
            return Truth.YES
        if any(problem.variant == "bad-filter" for problem in self.problems) or Truth.UNKNOWN in answers:
            return Truth.UNKNOWN
        return Truth.NO if Truth.NO in answers else Truth.YES

    def _accepts(self, name: str) -> Truth | None:
        """Decide about one name; None if nothing matches."""
        for entry in self.filter or ():
            match matches(entry.pattern, name, anywhere=True):
                case Truth.YES:
                    return Truth.YES if entry.accept else Truth.NO
                case Truth.UNKNOWN:
                    return Truth.UNKNOWN
                case Truth.NO:
                    continue
        return None

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield which devices LVM looks at, and how it locks."""
        if self.filter is not None:
            entries = (f"{'a' if entry.accept else 'r'}|{entry.pattern}|" for entry in self.filter)
            yield f"filter {listed(entries) or 'damaged'}"
        if isinstance(self.locking_type, Known):
            yield f"locking type {self.locking_type.value}"


def parse_lvm(source: Source) -> LvmConf:
    """Read an lvm.conf; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    found = read_block(text)
    settings = Settings(found)
    entries = settings.values("devices/filter")
    problems = [*text.problems, *repeated(found)]
    filters = None if entries is None else tuple(_filters(entries, problems))
    locking = settings.number("global/locking_type")
    if isinstance(locking, Unknown):
        problems.append(Problem("invalid-value", f"locking_type: {locking.reason}", locking.span))
    elif isinstance(locking, Known) and not 0 <= locking.value <= 5:
        problems.append(Problem("invalid-value", f"locking_type is {locking.value}; it must be 0 to 5", locking.span))
    return LvmConf(
        found,
        filters,
        locking,
        tuple(sorted(problems, key=lambda problem: problem.span)),
    )


def _filters(entries: Iterable[Option], problems: list[Problem]) -> Iterator[FilterEntry]:
    for option in entries:
        word = option.text
        closing = _CLOSING.get(word[1:2], word[1:2])
        if len(word) > 2 and word[0] in "ar" and word.endswith(closing) and not word[1].isspace():
            yield FilterEntry(word[0] == "a", word[2:-1], option.span)
        else:
            message = f"'{word}' is neither a nor r with a pattern between two delimiters"
            problems.append(Problem("bad-filter", message, option.span))
