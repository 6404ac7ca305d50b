"""Reading xend-config.sxp: whether a host takes part in live migration, and the memory dom0 keeps.

xend looks a name up from the top, so the first list of a name counts and later ones are dead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.lines.directive import Directive, Option
from cibtools.backup.lines.pattern import matches
from cibtools.backup.lines.sexpr import LIST, read_lists
from cibtools.backup.lines.side_text import LOST, SideText
from cibtools.backup.record.boolean import XEND
from cibtools.backup.record.fact import ABSENT, Fact, Known, Truth, Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source

_SWITCHES = (
    "xend-relocation-server",
    "enable-dump",
    "xend-http-server",
    "xend-unix-server",
    "xend-tcp-xmlrpc-server",
)
_NUMBERS = ("xend-relocation-port", "dom0-min-mem", "dom0-cpus")
_WORDS = ("xend-relocation-address", "xend-relocation-hosts-allow", "network-script", "vif-script", "vnc-listen")
_SECRETS = ("vncpasswd",)
_MOST_PATTERNS = 100


class XendConfig(Struct, frozen=True, eq=False):
    """What an xend-config.sxp says; the first list of each name counts."""

    settings: tuple[Directive, ...]
    """Every list of the top level, in order."""
    relocation_server: Fact[bool]
    """Whether domUs may come in by live migration; if absent they may not."""
    relocation_address: Fact[str]
    """The address it listens on; if absent or empty all of them."""
    relocation_hosts_allow: Fact[str]
    """Regular expressions, divided by blanks, of hosts that may send domUs; if absent or empty every host may."""
    network_script: Fact[str]
    """The script that builds the bridges, with its arguments."""
    dom0_min_mem: Fact[int]
    """MiB that dom0 keeps when domUs need memory; 0: dom0 never gives memory away."""
    extra: tuple[Directive, ...]
    """Lists of other names."""
    problems: tuple[Problem, ...]
    """Variants: `invalid-value`, `no-value`, `twice`, `stray`, `not-closed`, `torn-string`, `no-name`,
    `no-break-space`, `curly-quote`, `dash`."""

    @property
    def repaired(self) -> bool:
        """True if damage was put right: xend does not read the file so."""
        return any(problem.variant in LOST or problem.variant == "not-closed" for problem in self.problems)

    @property
    def relocation_patterns(self) -> tuple[str, ...]:
        """The regular expressions of hosts that may send domUs; none: every host may, unless the fact is unknown."""
        fact = self.relocation_hosts_allow
        return tuple(fact.value.split()) if isinstance(fact, Known) else ()

    def admits(self, host: str) -> Truth:
        """Tell whether a host of this name or address may send domUs here, as far as names decide.

        xend asks for a match at the beginning of the name. A pattern that could take long is not tried.
        """
        if isinstance(self.relocation_hosts_allow, Unknown):
            return Truth.UNKNOWN
        patterns = self.relocation_patterns
        answers = {matches(pattern, host, anywhere=False) for pattern in patterns[:_MOST_PATTERNS]}
        if not patterns or Truth.YES in answers:
            return Truth.YES
        return Truth.UNKNOWN if Truth.UNKNOWN in answers or len(patterns) > _MOST_PATTERNS else Truth.NO

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield what dom0 keeps, whether live migration is on, and what makes the bridges."""
        if isinstance(self.dom0_min_mem, Known):
            least = self.dom0_min_mem.value
            yield f"dom0 keeps {least} MiB" if least else "dom0 gives no memory away"
        if isinstance(self.relocation_server, Known):
            yield f"live migration {'on' if self.relocation_server.value else 'off'}"
        elif self.relocation_server is ABSENT and not excerpt:
            yield "live migration off, as nothing turns it on"
        else:
            yield "whether live migration is on is not told"
        if isinstance(self.network_script, Known):
            yield f"bridges by {self.network_script.value}"


def parse_xend(source: Source) -> XendConfig:
    """Read an xend-config.sxp; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    settings = read_lists(text)
    first: dict[str, Directive] = {}
    for setting in settings:
        kept = first.setdefault(setting.name, setting)
        if kept is not setting:
            message = f"{setting.name} is given twice; the first one counts"
            text.problems.append(Problem("twice", message, setting.span, (kept.span,)))
    known = {*_SWITCHES, *_NUMBERS, *_WORDS, *_SECRETS}
    problems = [*text.problems, *(found for name in first if name in known for found in _problems_of(first[name]))]
    switches = {name: _switch(first.get(name)) for name in _SWITCHES}
    numbers = {name: _number(first.get(name)) for name in _NUMBERS}
    words = {name: _word(first.get(name)) for name in _WORDS}
    return XendConfig(
        settings,
        relocation_server=switches["xend-relocation-server"],
        relocation_address=words["xend-relocation-address"],
        relocation_hosts_allow=words["xend-relocation-hosts-allow"],
        network_script=words["network-script"],
        dom0_min_mem=numbers["dom0-min-mem"],
        extra=tuple(setting for setting in settings if setting.name not in known),
        problems=tuple(sorted(problems, key=lambda problem: problem.span)),
    )


def _problems_of(setting: Directive) -> Iterator[Problem]:
    name = setting.name
    if not setting.options:
        yield Problem("no-value", f"{name} has no value", setting.span)
        return
    option = setting.options[0]
    facts = ((_SWITCHES, _switch, "yes or no"), (_NUMBERS, _number, "a number"), (_WORDS, _word, "a word or a string"))
    for names, read, what in facts:
        if name in names and isinstance(read(setting), Unknown):
            yield Problem("invalid-value", f"{name} is '{option.text}', which is not {what}", option.span)


def _value(setting: Directive | None) -> Option | Unknown | None:
    """The one word that a list holds; None if there is no such list, or it is empty."""
    if setting is None or not setting.options:
        return None
    option = setting.options[0]
    return Unknown("a list, not a word", option.span) if option.text == LIST else option


def _word(setting: Directive | None) -> Fact[str]:
    value = _value(setting)
    return Known(value.text, value.span) if isinstance(value, Option) else value or ABSENT


def _switch(setting: Directive | None) -> Fact[bool]:
    value = _value(setting)
    if not isinstance(value, Option):
        return value or ABSENT
    on = XEND.read(value.text)
    return Unknown(f"'{value.text}' is neither yes nor no", value.span) if on is None else Known(on, value.span)


def _number(setting: Directive | None) -> Fact[int]:
    value = _value(setting)
    if not isinstance(value, Option):
        return value or ABSENT
    if not re.fullmatch(r"[0-9]{1,9}", value.text):
        return Unknown(f"'{value.text}' is no number", value.span)
    return Known(int(value.text), value.span)
