"""The questions of M132 that no single line of ha.cf raises: timing, rings, networks, logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cibtools.cluster.model.place import Place
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide
from cibtools.migrate.sle11.corosync import unknown_network, uses_udpu
from cibtools.migrate.sle11.foundation import agents
from cibtools.migrate.sle11.membership import LONGEST_TOKEN, Membership
from cibtools.migrate.sle11.ring import LEGACY_RINGS, Ring

_STEP = "M132"


def network_questions(draft: Draft, answers: Answers, membership: Membership, name: str) -> Iterator[Note]:
    """Ask what the files leave open about the configuration of that name."""
    yield from _token(draft, membership)
    yield from _facility(membership)
    rings, lost = membership.rings[:LEGACY_RINGS], membership.rings[LEGACY_RINGS:]
    if not rings:
        question = f"ha.cf names no network, so {name} has no ring. Which network connects the nodes?"
        yield decide(_STEP, None, question, (f"add an interface block to {name}",))
    if lost:
        question = (
            f"The new stack has two rings at most, so {_names(lost)} got none. Are {_names(rings)} the right ones?"
        )
        yield decide(_STEP, None, question, (f"exchange them in {name}, or bond them",))
    for number, ring in enumerate(rings):
        yield _network(number, ring, name)
    groups = [ring for ring in rings if ring.kind != "mcast" and not (ring.kind == "bcast" and len(rings) == 1)]
    if groups and not uses_udpu(membership, answers.stack):
        yield _multicast(groups)
    if len(rings) > 1 and agents(draft, "controld"):
        question = (
            f"There are two rings ({_names(rings)}), but the lock manager below OCFS2 and clvmd talks over TCP, with "
            "one address of each node. Can one network do?"
        )
        other = (f"bond both and leave one interface block in {name}", "leave ring 1 out")
        yield decide(_STEP, None, question, other)


def _token(draft: Draft, membership: Membership) -> Iterator[Note]:
    document, ha_cf = draft.cluster.ha_cfs[0]
    dead = ha_cf.deadtime
    if dead.ms is not None and dead.ms <= LONGEST_TOKEN:
        return
    said = f"deadtime {dead.raw}" if dead.origin == "file" else ""
    spoken = f"ha.cf has '{said}'" if said else "ha.cf has no deadtime, which means 30 seconds"
    question = (
        f"{spoken}; a token timeout of more than {LONGEST_TOKEN // 1000} seconds is unusual, so token is "
        f"{membership.token} ms, and a lost node is noticed sooner. Do the hosts and networks allow that?"
    )
    other = ("write the longer time into token, and 1.2 times that into consensus, in milliseconds",)
    spot = Place(document, spot=dead.span, item="deadtime")
    yield decide(_STEP, None, question, other, before=said, after=f"token: {membership.token}", spot=spot)


def _facility(membership: Membership) -> Iterator[Note]:
    logs = membership.logs
    if logs.given_facility not in (logs.facility, "none"):
        question = (
            f"Messages went to the syslog facility {logs.given_facility}; the new stack knows daemon and local0 to "
            "local7 only, so it is daemon. Does syslog sort by it?"
        )
        before, after = f"logfacility {logs.given_facility}", f"syslog_facility: {logs.facility}"
        yield decide(_STEP, None, question, ("change the configuration of syslog",), before=before, after=after)


def _network(number: int, ring: Ring, name: str) -> Note:
    where = f"Ring {number} ({ring.interface})"
    if ring.network:
        question = (
            f"{where}: bindnetaddr is {ring.network}, worked out from {' and '.join(ring.addresses)} under the netmask "
            "255.255.255.0. Is that the netmask?"
        )
        other = f"else write the network address of {ring.interface} into {name}"
        return decide(_STEP, None, question, (other,), after=f"bindnetaddr: {ring.network}")
    unknown = unknown_network(ring)
    question = (
        f"{where}: ha.cf does not tell the network, so bindnetaddr is {unknown}, with which the new stack does not "
        f"start. What is the network address of {ring.interface}?"
    )
    return decide(_STEP, None, question, (f"write it into {name}",), after=f"bindnetaddr: {unknown}")


def _multicast(rings: Sequence[Ring]) -> Note:
    groups = " and ".join(f"{ring.group} port {ring.port}" for ring in rings)
    question = (
        f"Heartbeat used no multicast on {_names(rings)}; the new stack does ({groups}). Does the network carry it, "
        "and does no other cluster use these groups?"
    )
    other = (
        "let the switches pass multicast between the nodes",
        "corosync 1.4 does without, if the ha.cf of all nodes together name the address of each: --stack corosync",
    )
    return decide(_STEP, None, question, other)


def _names(rings: Sequence[Ring]) -> str:
    return " and ".join(ring.interface for ring in rings)
