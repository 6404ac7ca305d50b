"""What heartbeat 2.1.3 refuses in ha.cf, or reads otherwise than it looks, told line by line.

These are facts about the file alone, without severity or advice; rules turn them into findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cibtools.backup.lines.ha_directives import (
    ABOVE_ZERO,
    BAUD_RATES,
    CRM_DIRECTIVES,
    DIRECTIVES,
    LATER,
    NUMBER_RANGES,
    WORD_CHOICES,
    Form,
    parse_time,
)
from cibtools.backup.record.boolean import CLUSTER
from cibtools.backup.record.problem import Problem

if TYPE_CHECKING:
    from cibtools.backup.lines.directive import Directive

_REPEATABLE = frozenset(
    ("stonith_host", "apiauth", "respawn", "failfast", "ucast", "mcast", "mcast6", "ping_group", "env")
)
_LEAST_WORDS = {
    "ucast": 2,
    "mcast": 5,
    "respawn": 2,
    "failfast": 2,
    "ping_group": 2,
    "apiauth": 2,
    "stonith": 2,
    "stonith_host": 2,
}
_READ_BY = {"udpport": frozenset(("bcast", "udp", "ucast")), "baud": frozenset(("serial",))}
"""Directives that the media read when they are met, so that they must stand before."""
_CRM_CLIENTS = frozenset(("cib", "stonithd", "attrd", "crmd", "pingd"))
"""Clients that `crm on` registers by itself."""
_CRM_WORDS = frozenset(("manual", "minimal", "valgrind", "respawn"))
"""What the `crm` directive takes besides yes and no."""


def problems_of(directives: tuple[Directive, ...]) -> Iterator[Problem]:
    """Find what is wrong with directives one by one and in their order."""
    for directive in directives:
        form = DIRECTIVES.get(directive.name)
        if form is None:
            yield Problem("unknown", f"heartbeat has no directive '{directive.name}'", directive.span)
        elif len(directive.options) < _LEAST_WORDS.get(directive.name, 1):
            yield Problem("no-value", f"{directive.name} has too few values", directive.span)
        else:
            yield from _values(directive, form)
            yield from _later(directive)
            if directive.name == "udp":
                yield Problem("udp", "udp is an old name of bcast", directive.span)
    yield from _repeated(directives)
    yield from _misplaced(directives)


def _later(directive: Directive) -> Iterator[Problem]:
    """Find what a later release than 2.1 brought."""
    if directive.name in LATER:
        message = f"heartbeat {LATER[directive.name]} brought the directive {directive.name}; 2.1 does not know it"
        yield Problem("later", message, directive.span)
    elif directive.name == "crm" and directive.options[-1].text.lower() == "respawn":
        yield Problem("later", "heartbeat 2.1 does not know crm respawn; later releases do", directive.span)


def _values(directive: Directive, form: Form) -> Iterator[Problem]:
    """Check each word of a directive by itself, as heartbeat applies it."""
    for option in directive.options:
        word = option.text
        if form is Form.TIME and parse_time(word) is None:
            message = f"{directive.name} has '{word}', which is neither seconds nor a number with ms"
            yield Problem("invalid-time", message, option.span)
        elif directive.name in ABOVE_ZERO and not parse_time(word):
            yield Problem("invalid-time", f"{directive.name} has '{word}', which is no time at all", option.span)
        elif not _is_valid(directive.name, form, word):
            yield Problem("invalid-value", f"{directive.name} cannot be '{word}'", option.span)
    if directive.name == "mcast":
        yield from _mcast(directive)
    elif directive.name in ("respawn", "failfast") and not directive.options[1].text.startswith("/"):
        message = f"{directive.name} needs an absolute path, not '{directive.options[1].text}'"
        yield Problem("invalid-value", message, directive.options[1].span)
    elif directive.name == "apiauth" and not any(
        option.text.startswith(("uid=", "gid=")) for option in directive.options[1:]
    ):
        yield Problem("no-value", "apiauth has neither uid= nor gid=", directive.span)


def _is_valid(name: str, form: Form, word: str) -> bool:
    folded = word.lower()
    match form:
        case Form.BOOLEAN:
            return CLUSTER.read(word) is not None
        case Form.CRM:
            return folded in _CRM_WORDS or CLUSTER.read(word) is not None
        case Form.NUMBER:
            least, most = NUMBER_RANGES[name]
            number = int(word) if re.fullmatch(r"[0-9]{1,12}", word) else least - 1
            return least <= number <= most and (name != "baud" or number in BAUD_RATES)
        case Form.WORD:
            if name == "auto_failback":
                return folded == "legacy" or CLUSTER.read(word) is not None
            return name not in WORD_CHOICES or folded in WORD_CHOICES[name]
        case _:
            return name != "serial" or word.startswith("/")


def _mcast(directive: Directive) -> Iterator[Problem]:
    """Check `mcast dev group port ttl loop`."""
    for option, what, most in zip(directive.options[2:5], ("port", "ttl", "loop"), (65535, 4, 1), strict=False):
        if re.fullmatch(r"[0-9]{1,5}", option.text) is None or int(option.text) > most:
            message = f"mcast has '{option.text}' for its {what}, which goes from 0 to {most}"
            yield Problem("invalid-value", message, option.span)


def _repeated(directives: tuple[Directive, ...]) -> Iterator[Problem]:
    """Find directives with one value that are given twice; a second option counts as a second time."""
    seen: set[str] = set()
    for directive in directives:
        form = DIRECTIVES.get(directive.name)
        name = directive.name
        if name == "apiauth" and directive.options:
            name = f"apiauth {directive.options[0].text}"
        elif form is None or form is Form.NAMES or name in _REPEATABLE:
            continue
        if name in seen:
            yield Problem("twice", f"{name} is given twice", directive.span)
        seen.add(name)


def _misplaced(directives: tuple[Directive, ...]) -> Iterator[Problem]:
    """Find directives that come after what they should have influenced."""
    seen: set[str] = set()
    crm = False
    for directive in directives:
        late = min(seen & _READ_BY.get(directive.name, frozenset()), default=None)
        if late:
            yield Problem("order", f"{directive.name} comes after {late}, which does not see it", directive.span)
        if crm and directive.name == "apiauth" and directive.options and directive.options[0].text in _CRM_CLIENTS:
            message = f"apiauth {directive.options[0].text} comes after crm, which has registered that client"
            yield Problem("order", message, directive.span)
        if directive.name in CRM_DIRECTIVES:
            crm = crm or any(CLUSTER.read(option.text) for option in directive.options)
        seen.add(directive.name)
