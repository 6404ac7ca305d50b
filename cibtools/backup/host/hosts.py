"""Reading /etc/hosts: which address a node name stands for, and in which order.

The order matters: a name may stand on several lines, and most resolvers answer with the first. It decides over which
network domUs migrate, for the agent hands xm the bare node name.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from msgspec import Struct

from cibtools.backup.lines.directive import Directive, Option
from cibtools.backup.lines.side_text import LOST, SideText
from cibtools.backup.lines.words import listed
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source, Span


class HostLine(Struct, frozen=True):
    """One address and its names."""

    address: str
    """As written."""
    names: tuple[Option, ...]
    """The canonical name and its aliases."""
    span: Span
    """From the address to the last name."""
    address_span: Span
    loopback: bool
    """True for an address that no other host reaches: 127.0.0.0/8 and ::1."""


class Hosts(Struct, frozen=True, eq=False):
    """What a hosts file says."""

    lines: tuple[HostLine, ...]
    """In order; lines that are damaged are left out and told as problems."""
    problems: tuple[Problem, ...]
    """Variants: `bad-address`, `no-name`, `no-break-space`, `dash`, `curly-quote`."""

    @property
    def repaired(self) -> bool:
        """True if damage was put right: a resolver does not read the file so."""
        return any(problem.variant in LOST for problem in self.problems)

    def lines_of(self, name: str) -> tuple[HostLine, ...]:
        """The lines that carry a name, in order; names are compared without regard to case."""
        folded = name.lower()
        return tuple(line for line in self.lines if any(found.text.lower() == folded for found in line.names))

    def addresses_of(self, name: str) -> tuple[str, ...]:
        """The addresses of a name, the one that most resolvers answer with first."""
        return tuple(dict.fromkeys(line.address for line in self.lines_of(name)))

    def names_of(self, address: str) -> tuple[str, ...]:
        """The names of an address, in lower case and in order."""
        names = (found.text.lower() for line in self.lines if line.address == address for found in line.names)
        return tuple(dict.fromkeys(names))

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield the addresses of the cluster's nodes."""
        known = ((name, self.addresses_of(name)) for name in nodes)
        addresses = listed(f"{name} {' and '.join(found)}" for name, found in known if found)
        if addresses:
            yield addresses


def parse_hosts(source: Source) -> Hosts:
    """Read a hosts file; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    found: list[HostLine] = []
    for line in text.lines:
        comment = line.text.find("#")
        said = text.directive(line, None if comment < 0 else comment)
        if said is not None:
            host = _host(said, text.problems)
            found += [host] if host else []
    return Hosts(tuple(found), tuple(sorted(text.problems, key=lambda problem: problem.span)))


def _host(said: Directive, problems: list[Problem]) -> HostLine | None:
    span = Span(said.span.start, said.options[0].span.start if said.options else said.span.end)
    try:
        address = ip_address(said.name)
    except ValueError:
        problems.append(Problem("bad-address", f"'{said.name}' is not an address", span))
        return None
    if not said.options:
        problems.append(Problem("no-name", f"{said.name} has no name", said.span))
        return None
    return HostLine(said.name, said.options, said.span, span, address.is_loopback)
