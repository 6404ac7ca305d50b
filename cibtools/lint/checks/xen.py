"""Checks of domU files: what xm cannot read, and names, uuids and MAC addresses that two domUs share."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.record.fact import Known, Unknown
from cibtools.backup.xm.file import Vif, XmProblem
from cibtools.cluster.derived.domu import DomU, domus_of
from cibtools.cluster.derived.domu_file import XmFile, known_name
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.lint.checks.words import listed, path_in
from cibtools.lint.record.finding import Hit, Note, Severity

_NEEDED_NAME = frozenset({"no-name", "agent-name"})
_MAC = re.compile(r"[0-9a-fA-F]{1,2}(?:[:-][0-9a-fA-F]{1,2}){5}$")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32}$")


class _Claim(Struct, frozen=True, eq=False):
    """A domU that says something which only one may say."""

    domu: DomU
    place: Place
    what: str
    """Who says it, in words."""


def _is_run(cluster: Cluster, domu: DomU) -> bool:
    """False only if the resources are known and none of them runs the domU."""
    return bool(domu.managers) or not cluster.has("resources")


def syntax(cluster: Cluster) -> Iterator[Hit]:
    """XEN101: what xm cannot read, or reads otherwise than it is meant."""
    for domu in domus_of(cluster):
        found: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for file in () if domu.template else domu.files:
            for problem in (*file.config.problems, *_doubts(file), *_misread_name(file)):
                if _concerns(cluster, domu, problem.variant):
                    place = Place(file.document, spot=problem.span, item=problem.variant)
                    found[problem.variant, problem.message].append(place)
        for (variant, message), places in found.items():
            notes = tuple(Note(place, "the same in this copy") for place in places[1:])
            values = {"domu": domu.title, "sentence": message}
            yield Hit(places[0], values, variant, notes, subject=domu.title)


def _concerns(cluster: Cluster, domu: DomU, variant: str) -> bool:
    """False for what only another toolstack or agent minds."""
    if variant == "xl-mode":
        return cluster.dialect is not Dialect.P11
    return variant not in _NEEDED_NAME or _needs_name(cluster, domu)


def _needs_name(cluster: Cluster, domu: DomU) -> bool:
    """True if the agent of heartbeat 2.1 looks for the domU by the name in its file; later ones fall back on the id."""
    return not cluster.dialect.is_pacemaker and _is_run(cluster, domu)


def _doubts(file: XmFile) -> Iterator[XmProblem]:
    """A disk list that cannot be told: nobody can check then who else writes to these disks."""
    config = file.config
    told = {problem.variant for problem in config.problems}
    fact = config.fact("disk")
    told |= {"syntax"} if file.document.excerpt else set()
    if not config.disks_known and isinstance(fact, Unknown) and told.isdisjoint(("syntax", "unknown-value")):
        yield XmProblem("unknown-value", f"the disk list cannot be told ({fact.reason})", fact.span)


def _misread_name(file: XmFile) -> Iterator[XmProblem]:
    """A name that the agent's shell code does not cut out of the file as Python reads it."""
    name, fact = known_name(file), file.config.fact("name")
    read = file.config.agent_name(True)
    if name and isinstance(fact, Known) and read is not None and read != name:
        shown = read.replace("\n", "⏎").replace("\r", "␍")
        yield XmProblem("agent-name", f"the name is '{name}', and the agent reads '{shown}'", fact.span)


def identities(cluster: Cluster) -> Iterator[Hit]:
    """XEN104: names and uuids that more than one domU bears."""
    names: dict[str, list[_Claim]] = defaultdict(list)
    uuids: dict[str, list[_Claim]] = defaultdict(list)
    for domu in domus_of(cluster):
        for file in domu.files:
            for name, claim in _names(cluster, domu, file):
                _add(names[name], claim)
            uuid = file.config.text("uuid")
            if isinstance(uuid, Known) and uuid.value.strip():
                place = Place(file.document, spot=uuid.span, item="uuid")
                digits = uuid.value.strip().replace("-", "")
                if _HEXADECIMAL.match(digits):
                    _add(uuids[digits.lower()], _Claim(domu, place, f"'{domu.title}'"))
                elif not domu.template:
                    yield Hit(
                        place, {"domu": domu.title, "value": uuid.value.strip()}, "uuid-format", subject=domu.title
                    )
    for name, claims in names.items():
        yield from _shared("name", name, claims)
    for digits, claims in uuids.items():
        uuid_text = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        yield from _shared("uuid", uuid_text, claims)


def _names(cluster: Cluster, domu: DomU, file: XmFile) -> Iterator[tuple[str, _Claim]]:
    """The name as xm reads it, and as the agent does where that is another."""
    fact = file.config.fact("name")
    if not isinstance(fact, Known):
        return
    claim = _Claim(domu, Place(file.document, spot=fact.span, item="name"), path_in(cluster, file.document))
    read = file.config.agent_name(not cluster.dialect.is_pacemaker) or ""
    for name in dict.fromkeys((known_name(file), read.strip())):
        if name:
            yield name, claim


def _add(claims: list[_Claim], claim: _Claim) -> None:
    """Keep one claim per domU."""
    if all(other.domu is not claim.domu for other in claims):
        claims.append(claim)


def _shared(variant: str, value: str, claims: Sequence[_Claim]) -> Iterator[Hit]:
    claims = _rivals(claims)
    if len(claims) < 2:
        return
    live = [claim for claim in claims if not claim.domu.template]
    paths = frozenset(claim.domu.first.path for claim in claims)
    yield Hit(
        claims[-1].place,
        {"value": value, "claimants": listed(claim.what for claim in claims)},
        variant,
        tuple(Note(claim.place, f"the same {variant}") for claim in claims[:-1]),
        Severity.INFO if len(live) < 2 else None,
        claims[-1].domu.title,
        f"{variant} {value}",
        frozenset({("domus", paths)}) if variant == "name" else frozenset(),
    )


def _rivals(claims: Sequence[_Claim]) -> list[_Claim]:
    """The claims in order of their files, without old copies of files that are among them."""
    domus = [claim.domu for claim in claims]
    found = [claim for claim in claims if not any(claim.domu.is_copy_of(other) for other in domus)]
    return sorted(found, key=lambda claim: (claim.place.document.path, claim.place.span))


class _Card(Struct, frozen=True, eq=False):
    """One virtual network card."""

    domu: DomU
    file: XmFile
    vif: Vif

    @property
    def place(self) -> Place:
        return Place(self.file.document, spot=self.vif.mac_span or self.vif.span, item=f"vif {self.vif.index + 1}")

    @property
    def words(self) -> str:
        return f"network card {self.vif.index + 1} of domU '{self.domu.title}'"

    def collides(self, other: _Card) -> bool:
        """True if one address for both is a mistake."""
        if self.domu is not other.domu:
            return not (self.domu.is_copy_of(other.domu) or other.domu.is_copy_of(self.domu))
        # A fully virtual guest may have one card twice, emulated and paravirtual; a copy of the file only repeats it.
        emulated = (self.vif.type == "ioemu", other.vif.type == "ioemu")
        return self.file is other.file and emulated[0] == emulated[1]


def mac_addresses(cluster: Cluster) -> Iterator[Hit]:
    """XEN105: MAC addresses that two network cards have, that are none, or that change at every start."""
    cards = [_Card(domu, file, vif) for domu in domus_of(cluster) for file in domu.files for vif in file.config.vifs]
    taken = {_normal(card.vif.mac) for card in cards if card.vif.mac}
    by_mac: dict[str, list[_Card]] = defaultdict(list)
    bad: dict[tuple[int, int, str], Hit] = {}
    for card in cards:
        mac = card.vif.mac or ""
        if _MAC.match(mac):
            by_mac[_normal(mac)].append(card)
        variant = "" if card.domu.template else _fault(card)
        if variant:
            hit = _at_card(card, variant, {"card": f"network card {card.vif.index + 1}", "mac": mac}, taken)
            bad.setdefault((id(card.domu), card.vif.index, mac), hit)
    yield from bad.values()
    for mac, same in by_mac.items():
        clashes = [pair for pair in combinations(same, 2) if pair[0].collides(pair[1])]
        if clashes:
            yield _duplicate(mac, clashes, taken)


def _fault(card: _Card) -> str:
    """The variant for what is wrong with one address by itself; a plain '' asks for any card and is left alone."""
    mac = card.vif.mac
    if mac is None:
        return "missing" if card.domu.managers and card.vif.options else ""
    if not _MAC.match(mac):
        return "malformed"
    return "multicast" if int(_normal(mac)[:2], 16) & 1 else ""


def _duplicate(mac: str, clashes: Sequence[tuple[_Card, _Card]], taken: set[str]) -> Hit:
    """One finding for all cards with one address."""
    found = dict.fromkeys(card for pair in clashes for card in pair)
    cards = sorted(found, key=lambda card: (card.file.path, card.place.span))
    live = any(not (one.domu.template or two.domu.template) for one, two in clashes)
    hit = _at_card(cards[-1], "duplicate", {"mac": mac, "cards": listed(card.words for card in cards)}, taken)
    notes = tuple(Note(card.place, "the same address") for card in cards[:-1])
    return replace(hit, notes=notes, severity=None if live else Severity.INFO, discriminator=f"duplicate {mac}")


def _at_card(card: _Card, variant: str, values: Mapping[str, str], taken: set[str]) -> Hit:
    title = card.domu.title
    free = _free_address(f"{title} {card.vif.index}", taken)
    return Hit(card.place, {"domu": title, **values, "free": free}, variant, subject=title, discriminator=variant)


def _normal(mac: str) -> str:
    """An address as it is compared: two lower-case digits per octet."""
    return ":".join(octet.zfill(2) for octet in re.split("[:-]", mac.lower()))


def _free_address(name: str, taken: set[str]) -> str:
    """An address of Xen's range that no card has, the same for one name each time."""
    number = zlib.crc32(name.encode())
    while True:
        mac = f"00:16:3e:{number >> 16 & 0x7F:02x}:{number >> 8 & 0xFF:02x}:{number & 0xFF:02x}"
        if mac not in taken:
            return mac
        number += 1
