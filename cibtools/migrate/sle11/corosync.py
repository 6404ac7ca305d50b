"""The text of openais.conf and corosync.conf, as an administrator of SLE HA 11 would write it.

`openais.conf` is for the release that reads `/etc/ais/openais.conf`, `corosync.conf` for corosync 1.4, which can do
without multicast; the last form is for corosync 3, which a later hop leads to. What is not known stands as a word that
no release takes for an address, so that it is noticed before it does harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cibtools.migrate.answers import Stack
from cibtools.migrate.sle11.membership import Membership
from cibtools.migrate.sle11.ring import LEGACY_RINGS, Ring

_Lines = Iterator[str]


def unknown_network(ring: Ring) -> str:
    """What stands for a network address that no file tells."""
    return f"NETWORK-OF-{ring.interface}"


def is_unicast(ring: Ring, membership: Membership) -> bool:
    """True if a ring can do without multicast: heartbeat did, and every member's address is known."""
    return ring.kind == "ucast" and len(ring.addresses) > 1 and len(ring.addresses) >= len(membership.nodes)


def uses_udpu(membership: Membership, stack: Stack) -> bool:
    """True if the configuration names the members' addresses instead of multicast groups."""
    rings = membership.rings[:LEGACY_RINGS]
    return stack is Stack.COROSYNC and bool(rings) and all(is_unicast(ring, membership) for ring in rings)


def legacy_text(membership: Membership, stack: Stack) -> str:
    """The configuration for openais and corosync 1, with Pacemaker as its plugin."""
    name, target = (
        ("openais.conf", "/etc/ais/openais.conf")
        if stack is Stack.OPENAIS
        else ("corosync.conf", "/etc/corosync/corosync.conf")
    )
    head = (
        f"# {name} for SLE HA 11, made from ha.cf. The same file on all nodes: {target}",
        "compatibility: whitetank",
    )
    service = ("name: pacemaker", "ver: 0", f"use_mgmtd: {_word(membership.use_mgmtd)}",
               f"use_logd: {_word(membership.use_logd)}")  # fmt: skip
    blocks = (
        _block("aisexec", ("# Pacemaker's processes need it.", "user: root", "group: root")),
        _block("service", service),
        _block("totem", _legacy_totem(membership, stack)),
        _block("logging", _logging(membership, "to_file" if stack is Stack.OPENAIS else "to_logfile")),
        _block("amf", ("mode: disabled",)),
    )
    return "\n\n".join(("\n".join(head), *("\n".join(block) for block in blocks))) + "\n"


def _word(value: bool) -> str:
    return "yes" if value else "no"


def _block(name: str, lines: Iterable[str]) -> _Lines:
    yield f"{name} {{"
    for line in lines:
        yield f"\t{line}" if line else ""
    yield "}"


def _legacy_totem(membership: Membership, stack: Stack) -> _Lines:
    rings, udpu = membership.rings[:LEGACY_RINGS], uses_udpu(membership, stack)
    yield "version: 2"
    yield "# Milliseconds without the token until a node counts as lost, and until a new membership is agreed on."
    yield f"token: {membership.token}"
    yield f"consensus: {membership.consensus}"
    yield "vsftype: none"
    yield "# The lock manager takes node ids of 31 bits only."
    yield "clear_node_high_bit: yes"
    yield f"# Needs {'/etc/ais' if stack is Stack.OPENAIS else '/etc/corosync'}/authkey, the same on all nodes."
    yield "secauth: on"
    yield "threads: 0"
    yield f"rrp_mode: {'passive' if len(rings) > 1 else 'none'}"
    if udpu:
        yield "transport: udpu"
    alone = len(rings) == 1
    for number, ring in enumerate(rings):
        yield ""
        yield from _block("interface", _interface(number, ring, udpu=udpu, alone=alone))


def _interface(number: int, ring: Ring, *, udpu: bool, alone: bool) -> _Lines:
    yield f"# {ring.interface} in ha.cf"
    yield f"ringnumber: {number}"
    if not ring.network:
        yield f"# Fill in the network address of {ring.interface}, such as 192.168.1.0; ha.cf does not tell it."
    yield f"bindnetaddr: {ring.network or unknown_network(ring)}"
    if udpu:
        for address in ring.addresses:
            yield from _block("member", (f"memberaddr: {address}",))
    elif ring.kind == "bcast" and alone:
        yield "broadcast: yes"
    else:
        yield f"mcastaddr: {ring.group}"
    yield f"mcastport: {ring.port}"
    if ring.ttl > 1 and not udpu:
        yield f"ttl: {ring.ttl}"


def _logging(membership: Membership, to_file: str) -> _Lines:
    logs = membership.logs
    yield "fileline: off"
    yield "to_stderr: no"
    yield f"{to_file}: {_word(bool(logs.file))}"
    if logs.file:
        yield f"logfile: {logs.file}"
    yield f"to_syslog: {_word(bool(logs.facility))}"
    if logs.facility:
        yield f"syslog_facility: {logs.facility}"
    yield f"debug: {'on' if logs.debug else 'off'}"
    yield "timestamp: on"


def modern_text(membership: Membership) -> str:
    """The same for corosync 3: every node by name and address, votes counted by votequorum."""
    head = (
        "# The same for corosync 2 and 3 (SLE HA 12 and later). Not for SLE HA 11; keep it for the next hop.",
        "# corosync 2 needs transport: udpu in place of knet.",
    )
    totem = ("version: 2", "cluster_name: hacluster", "transport: knet", f"token: {membership.token}",
             f"consensus: {membership.consensus}", "crypto_cipher: aes256", "crypto_hash: sha256")  # fmt: skip
    quorum = ["provider: corosync_votequorum", *(["two_node: 1"] if len(membership.nodes) == 2 else [])]
    blocks = (
        _block("totem", totem),
        _block("nodelist", _nodelist(membership)),
        _block("quorum", quorum),
        _block("logging", _logging(membership, "to_logfile")),
    )
    return "\n\n".join(("\n".join(head), *("\n".join(block) for block in blocks))) + "\n"


def _nodelist(membership: Membership) -> _Lines:
    for number, node in enumerate(membership.nodes, 1):
        lines = [f"name: {node}", f"nodeid: {number}"]
        for ring_number, ring in enumerate(membership.rings[:8]):
            address = membership.address(ring, node) or f"ADDRESS-OF-{node}-ON-{ring.interface}"
            lines.append(f"ring{ring_number}_addr: {address}")
        yield from _block("node", lines)
