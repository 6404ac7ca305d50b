"""Reading logd.cf and ha_logd.cf, which tell heartbeat's log daemon where to write.

The files and the facility in force count even where the file is silent, so the daemon's defaults are part of the facts.
"""

from __future__ import annotations

import re

from msgspec import Struct

from cibtools.backup.lines.directive import Directive, Option
from cibtools.backup.lines.ha_directives import FACILITIES, LOGD_DIRECTIVES, split_lost_blank
from cibtools.backup.lines.side_text import LOST, Line, SideText
from cibtools.backup.record.boolean import CLUSTER
from cibtools.backup.record.fact import ABSENT, Fact, Known, Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source

DEFAULT_DEBUGFILE = "/var/log/ha-debug"
DEFAULT_LOGFILE = "/var/log/ha-log"
_BOOLEANS = frozenset(("useapphbd", "syslogmsgfmt"))
_NUMBERS = frozenset(("sendqlen", "recvqlen", "logmode"))


class LogdCf(Struct, frozen=True, eq=False):
    """What a logd.cf says; the last line of each directive counts."""

    directives: tuple[Directive, ...]
    """Every line, in order."""
    debugfile: Fact[str]
    """Path; if absent `DEFAULT_DEBUGFILE`."""
    logfile: Fact[str]
    """Path; if absent `DEFAULT_LOGFILE`."""
    logfacility: Fact[str]
    """Facility of syslog, or `none`; if absent `daemon`."""
    extra: tuple[Directive, ...]
    """Lines with directives that the daemon does not know."""
    problems: tuple[Problem, ...]
    """Variants: `unknown`, `invalid-value`, `no-value`, `twice`, `lost-blank`, `no-break-space`, `curly-quote`,
    `dash`."""

    @property
    def repaired(self) -> bool:
        """True if damage was put right: the daemon reads less from this file."""
        return any(problem.variant in LOST for problem in self.problems)

    @property
    def files(self) -> tuple[str, ...]:
        """The log files in force, defaults included: what a rotation must cover; none for a name that is not known."""
        facts = ((self.logfile, DEFAULT_LOGFILE), (self.debugfile, DEFAULT_DEBUGFILE))
        usable = ((fact, default) for fact, default in facts if not isinstance(fact, Unknown))
        return tuple(dict.fromkeys(default if fact is ABSENT else fact.value for fact, default in usable))


def parse_logd(source: Source) -> LogdCf:
    """Read a logd.cf; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    problems = text.problems
    directives = tuple(found for line in text.lines if (found := _directive(text, line, problems)))
    known = [directive for directive in directives if directive.name in LOGD_DIRECTIVES]
    for directive in directives:
        problems += _problems_of(directive)
    problems += _repeated(known)
    return LogdCf(
        directives,
        debugfile=_path(known, "debugfile"),
        logfile=_path(known, "logfile"),
        logfacility=_facility(known),
        extra=tuple(directive for directive in directives if directive.name not in LOGD_DIRECTIVES),
        problems=tuple(sorted(problems, key=lambda problem: problem.span)),
    )


def _directive(text: SideText, line: Line, problems: list[Problem]) -> Directive | None:
    """Read one line; a `#` ends it wherever it stands."""
    comment = line.text.find("#")
    found = text.directive(line, None if comment < 0 else comment)
    if found is None:
        return None
    name = split_lost_blank(found.name)
    if name == found.name:
        return found
    at = line.text.index(found.name)
    start, middle, end = (line.start + place for place in (at, at + len(name), at + len(found.name)))
    problems.append(Problem("lost-blank", f"'{found.name}' has lost the blank behind {name}", text.span(start, end)))
    lost = text.option(middle, end, found.name[len(name) :])
    return Directive(name, (lost, *found.options), found.line, found.span)


def _problems_of(directive: Directive) -> list[Problem]:
    name = directive.name
    if name not in LOGD_DIRECTIVES:
        return [Problem("unknown", f"ha_logd has no directive '{name}'", directive.span)]
    if not directive.options:
        return [Problem("no-value", f"{name} has no value", directive.span)]
    option = directive.options[0]
    if not _is_valid(name, option.text):
        return [Problem("invalid-value", f"{name} cannot be '{option.text}'", option.span)]
    return []


def _is_valid(name: str, word: str) -> bool:
    if name in _BOOLEANS:
        return CLUSTER.read(word) is not None
    if name in _NUMBERS:
        return re.fullmatch(r"[0-9]{1,9}", word) is not None
    if name == "logfacility":
        return word.lower() in FACILITIES
    return name not in ("logfile", "debugfile") or word.startswith("/")


def _repeated(directives: list[Directive]) -> list[Problem]:
    first: dict[str, Directive] = {}
    return [
        Problem("twice", f"{directive.name} is given twice; the last one counts", directive.span)
        for directive in directives
        if first.setdefault(directive.name, directive) is not directive
    ]


def _last(directives: list[Directive], name: str) -> Option | None:
    found = [directive.options[0] for directive in directives if directive.name == name and directive.options]
    return found[-1] if found else None


def _unknown(option: Option, what: str) -> Unknown:
    return Unknown(f"'{option.text}' is no {what}", option.span)


def _path(directives: list[Directive], name: str) -> Fact[str]:
    option = _last(directives, name)
    if option and not _is_valid(name, option.text):
        return _unknown(option, "absolute path")
    return Known(option.text, option.span) if option else ABSENT


def _facility(directives: list[Directive]) -> Fact[str]:
    option = _last(directives, "logfacility")
    if option and not _is_valid("logfacility", option.text):
        return _unknown(option, "facility of syslog")
    return Known(option.text.lower(), option.span) if option else ABSENT
