"""Checks of what belongs to the host and two domUs cannot have at once: a VNC display, a PCI device."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from cibtools.backup.record.fact import Known
from cibtools.backup.record.secret import Secret
from cibtools.backup.record.source import Span
from cibtools.backup.xm.file import XmConfig
from cibtools.cluster.derived.domu import DomU, domus_of
from cibtools.cluster.derived.domu_file import XmFile
from cibtools.cluster.derived.placement import allowed_nodes
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.lint.checks.words import listed
from cibtools.lint.record.finding import Hit, Note

_PCI = re.compile(r"(?:([0-9a-fA-F]{1,4}):)?([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2})\.([0-7])(?=$|[@,=\s])")
_ANYWHERE = frozenset({"", "0.0.0.0"})
_PORT = 5900
"""The port of VNC display 0."""


@dataclass(frozen=True, slots=True, eq=False)
class _Claim:
    """A domU that asks for something of its host."""

    domu: DomU
    file: XmFile
    span: Span
    what: str
    """The display or the address of the device, spelled in one way."""
    at: str = ""
    """For a display, the address that it listens at."""

    @property
    def place(self) -> Place:
        return Place(self.file.document, spot=self.span, item=f"host {self.what}")


def shared_with_host(cluster: Cluster) -> Iterator[Hit]:
    """XEN110: displays and devices of the host that two domUs ask for, and a device that one asks for twice."""
    claims: dict[tuple[str, str], list[_Claim]] = defaultdict(list)
    for domu in domus_of(cluster):
        for file in () if domu.template else domu.files:
            for variant, claim in _claims(domu, file):
                known = claims[variant, claim.what]
                if all(other.domu is not domu or other.file is file for other in known):
                    known.append(claim)
    for (variant, what), found in claims.items():
        yield from _hits(cluster, variant, what, found)


def _claims(domu: DomU, file: XmFile) -> Iterator[tuple[str, _Claim]]:
    for number, address, span in _displays(file.config):
        yield "vnc", _Claim(domu, file, span, str(number), address)
    fact = file.config.fact("pci")
    if isinstance(fact, Known) and isinstance(fact.value, tuple):
        for entry in fact.value:
            found = _PCI.match(entry.strip()) if isinstance(entry, str) else None
            if found:
                domain, bus, slot, function = (int(part or "0", 16) for part in found.groups())
                yield "pci", _Claim(domu, file, fact.span, f"{domain:04x}:{bus:02x}:{slot:02x}.{function}")


def _displays(config: XmConfig) -> Iterator[tuple[int, str, Span]]:
    """The displays that are asked for by number, with the address and the place; xm takes another one if it may."""
    for screen in config.vfb:
        said = {name: "" if isinstance(value, Secret) else value for name, value in screen.options}
        is_vnc = said.get("type", "") == "vnc" or said.get("vnc", "0") not in ("", "0")
        number = said.get("vncdisplay", "")
        if is_vnc and number.isdecimal() and said.get("vncunused") == "0":
            yield int(number), said.get("vnclisten", ""), screen.span
    shown, unused, display = (config.number(name) for name in ("vnc", "vncunused", "vncdisplay"))
    if isinstance(display, Known) and isinstance(unused, Known) and isinstance(shown, Known):
        listen = config.text("vnclisten")
        if shown.value and not unused.value:
            yield int(display.value), listen.value if isinstance(listen, Known) else "", display.span


def _hits(cluster: Cluster, variant: str, what: str, claims: list[_Claim]) -> Iterator[Hit]:
    twice = [
        (one, two)
        for one, two in combinations(claims, 2)
        if one.file is two.file and one.domu is two.domu and variant == "pci"
    ]
    for one, _ in twice[:1]:
        values = {"domu": one.domu.title, "what": what}
        yield Hit(one.place, values, "pci-twice", subject=one.domu.title, discriminator=f"pci-twice {what}")
    clashing = {
        claim: None
        for one, two in combinations(claims, 2)
        if one.domu is not two.domu and _meet(cluster, one, two) and _same_address(one, two)
        for claim in (one, two)
    }
    if not clashing:
        return
    found = sorted(clashing, key=lambda claim: (claim.file.path, claim.span))
    last = found[-1]
    names = listed(dict.fromkeys(f"'{claim.domu.title}'" for claim in found))
    port = str(_PORT + int(what)) if variant == "vnc" else ""
    yield Hit(
        last.place,
        {"domus": names, "what": what, "port": port},
        variant,
        tuple(Note(claim.place, "it asks for it too") for claim in found[:-1]),
        subject=last.domu.title,
        discriminator=f"{variant} {what}",
    )


def _same_address(one: _Claim, two: _Claim) -> bool:
    return one.at == two.at or not _ANYWHERE.isdisjoint((one.at, two.at))


def _meet(cluster: Cluster, one: _Claim, two: _Claim) -> bool:
    """True unless the two domUs can never be on one node: by their constraints, or by where their files lie."""
    nodes = [
        {node.uname.lower() for resource in claim.domu.managers for node in allowed_nodes(cluster, resource)}
        or {file.document.host or "" for file in claim.domu.files}
        for claim in (one, two)
    ]
    return "" in nodes[0] | nodes[1] or not nodes[0].isdisjoint(nodes[1])
