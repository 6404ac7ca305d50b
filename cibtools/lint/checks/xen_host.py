"""Checks of what belongs to the host and two domUs cannot have at once: a VNC display, a PCI device."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from msgspec import Struct

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


class _Claim(Struct, frozen=True, eq=False):
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
                # What a later copy of the file only repeats is no second claim.
                if not known or known[-1].domu is not domu or known[-1].file is file:
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
    seen: set[DomU] = set()
    first: list[_Claim] = []
    twice: list[_Claim] = []
    for claim in claims:
        (twice if claim.domu in seen else first).append(claim)
        seen.add(claim.domu)
    for claim in twice[:1] if variant == "pci" else ():
        values = {"domu": claim.domu.title, "what": what}
        yield Hit(claim.place, values, "pci-twice", subject=claim.domu.title, discriminator=f"pci-twice {what}")
    found = sorted(_clashing(cluster, first), key=lambda claim: (claim.file.path, claim.span))
    if not found:
        return
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


def _clashing(cluster: Cluster, claims: list[_Claim]) -> Iterator[_Claim]:
    """The claims that another one meets on a node, at one address; counted, for a thousand domUs make many pairs."""
    if len(claims) < 2:
        return
    places = [(_nodes(cluster, claim), claim) for claim in claims]
    count = Counter((node, claim.at) for nodes, claim in places for node in nodes)
    every = {node for node, _ in count}
    addresses = {at for _, at in count}
    for nodes, claim in places:
        where = every if "" in nodes else nodes | {""}
        how = addresses if claim.at in _ANYWHERE else _ANYWHERE | {claim.at}
        if any(count[node, at] > (node in nodes and at == claim.at) for node in where for at in how):
            yield claim


def _nodes(cluster: Cluster, claim: _Claim) -> frozenset[str]:
    """The nodes that a domU may be on, by its constraints or by where its files lie; an empty name if it is any."""
    allowed = {node.uname.lower() for resource in claim.domu.managers for node in allowed_nodes(cluster, resource)}
    return frozenset(allowed or {file.document.host or "" for file in claim.domu.files})
