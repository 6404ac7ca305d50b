"""Rings: what the media of ha.cf become under corosync, one ring for each network interface, in the order of the file.

Only the files are asked, never a machine: an address that they do not tell is left for the administrator to fill in.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from msgspec import Struct

from cibtools.backup.heartbeat.ha_cf import HaCf, Medium

FIRST_PORT = 5405
"""corosync's own; it uses the port below too, so rings keep two apart."""
LEGACY_RINGS = 2
"""As many as corosync 1 can have."""
NETWORK_MEDIA = ("ucast", "mcast", "bcast")
_ASSUMED_PREFIX = 24


class Ring(Struct, frozen=True):
    """One network that the members talk over."""

    interface: str
    kind: str
    """`ucast`, `mcast` or `bcast`, as heartbeat used it."""
    addresses: tuple[str, ...]
    """Those of the members as far as ucast lines tell them."""
    group: str
    """Multicast group."""
    port: int
    ttl: int

    @property
    def network(self) -> str:
        """The network address, if the members' addresses tell it under the usual netmask; else nothing."""
        try:
            networks = {IPv4Network((IPv4Address(found), _ASSUMED_PREFIX), strict=False) for found in self.addresses}
        except AddressValueError:
            return ""
        return str(networks.pop().network_address) if len(networks) == 1 else ""


def rings_of(ha_cfs: Sequence[HaCf]) -> tuple[Ring, ...]:
    """The rings that all copies of an ha.cf describe together, each naming its own peers."""
    media: dict[str, list[Medium]] = {}
    for medium in (medium for ha_cf in ha_cfs for medium in ha_cf.media):
        if medium.kind in NETWORK_MEDIA:
            media.setdefault(medium.interface, []).append(medium)
    rings: list[Ring] = []
    for interface, found in media.items():
        rings.append(_ring(interface, found, rings))
    return tuple(rings)


def _ring(interface: str, media: list[Medium], earlier: list[Ring]) -> Ring:
    mcast = next((medium for medium in media if medium.kind == "mcast"), None)
    addresses = tuple(dict.fromkeys(medium.peer for medium in media if medium.peer))
    kind = "mcast" if mcast else "ucast" if addresses else "bcast"
    port = (mcast.port if mcast else None) or FIRST_PORT + 2 * len(earlier)
    while any(abs(port - ring.port) < 2 for ring in earlier):
        port += 2
    group = (mcast.group if mcast else None) or f"239.255.{len(earlier) + 1}.1"
    number = len(earlier) + 1
    while any(group == ring.group for ring in earlier):
        number += 1
        group = f"239.255.{number}.1"
    return Ring(interface, kind, _in_order(addresses), group, port, (mcast.ttl if mcast else None) or 1)


def _in_order(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses as numbers count, if they are numbers: each copy of the file names the other nodes."""
    try:
        return tuple(sorted(addresses, key=IPv4Address))
    except AddressValueError:
        return addresses
