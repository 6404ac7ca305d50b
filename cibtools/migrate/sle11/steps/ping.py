"""M123: pingd under a stack that has no ping nodes and starts no programs by itself."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_time, show_time
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.nvset import drop_pair, parameters, put
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, decide, rewrite
from cibtools.migrate.sle11.blueprint import PINGD, build_clone
from cibtools.migrate.sle11.pinging import PingLine, ping_hosts, ping_lines

_STEP = "M123"
_NOT_OF_PING = frozenset(("user", "set", "section"))
"""Parameters that ocf:pacemaker:ping does not have."""


def feed_pingd(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M123: give pingd the hosts that heartbeat pinged.

    Source: sources of the agents; the new stack has no ping nodes, so without `host_list` the attribute is never set
    and each rule `pingd not_defined` stops its resource. Trigger: a pingd resource, or a pingd that ha.cf starts.
    Changes: the provider becomes pacemaker, `host_list` is added; a pingd of ha.cf becomes a clone. No host known to
    ping inhibits.
    """
    if not answers.converts_stack:
        return
    found = [
        primitive
        for primitive in draft.iter("primitive")
        if primitive.get("class") == "ocf" and primitive.get("type") in ("pingd", "ping")
    ]
    hosts, lines = ping_hosts(draft.cluster), ping_lines(draft.cluster)
    for primitive in found:
        if primitive.get("provider") in ("heartbeat", "pacemaker"):
            yield from _convert(
                draft, answers, primitive, hosts or tuple(host for line in lines for host in line.hosts)
            )
    if found or not lines:
        return
    if "resources" not in draft.known:
        yield decide(
            _STEP, None,
            "The ha.cf starts pingd, but the input does not hold all resources, so no clone was made. Is there one?",
            ("give the whole CIB, and it is made if there is none",), before="respawn pingd",
        )  # fmt: skip
        return
    for line in lines:
        yield from _create(draft, answers, line, hosts)


def _convert(draft: Draft, answers: Answers, primitive: etree._Element, hosts: tuple[str, ...]) -> Iterator[Note]:
    if primitive.get("provider") != "pacemaker":
        yield rewrite(_STEP, primitive, "provider", "pacemaker", "the agent for the new stack is that of Pacemaker")
    if answers.ping_agent == "ping" and primitive.get("type") != "ping":
        yield rewrite(_STEP, primitive, "type", "ping", "as the answers ask; there from Pacemaker 1.0.5 on")
    if primitive.get("type") == "ping":
        for pair in [pair for pair in parameters(primitive) if pair.get("name") in _NOT_OF_PING]:
            yield drop_pair(_STEP, pair, "ocf:pacemaker:ping has no such parameter")
    if any(pair.get("name") == "host_list" and pair.get("value") for pair in parameters(primitive)):
        return
    if hosts:
        reason = "the new stack has no ping nodes; without hosts the attribute would never be set"
        yield from put(_STEP, draft, primitive, "instance_attributes", "host_list", " ".join(hosts), reason)
        return
    yield _no_hosts(primitive, f"{primitive.get('id')} has no host_list")


def _no_hosts(element: etree._Element | None, subject: str) -> Note:
    identity = f":{element.get('id')}" if element is not None and element.get("id") else ""
    return decide(
        _STEP, element,
        f"{subject}, and no ha.cf in the input says which hosts heartbeat pings. Under the new stack its attribute "
        "would never be set, and every rule that asks for it would stop its resource. Which hosts are to be pinged?",
        ("give the ha.cf too, or write a host_list into the parameters of pingd in the input",
         f'go on without: accept = ["{_STEP}{identity}"]'),
        inhibits=True,
    )  # fmt: skip


def _create(draft: Draft, answers: Answers, line: PingLine, hosts: tuple[str, ...]) -> Iterator[Note]:
    wanted = line.hosts or hosts
    if not wanted:
        if not answers.accepts(_STEP):
            yield _no_hosts(draft.section("resources"), "The ha.cf starts pingd without -h")
        return
    is_ping = answers.ping_agent == "ping"
    values = [(name, value) for name, value in line.parameters if not is_ping or name not in _NOT_OF_PING]
    blueprint = PINGD.named("pingd", *values, ("host_list", " ".join(wanted)))
    clone = build_clone(draft, blueprint)
    if is_ping:
        next(clone.iterchildren("primitive")).set("type", "ping")
    section = draft.need_section("resources", draft.top)
    _, interval, timeout = blueprint.operations[0]
    words = " and ".join(f"{word} {show_time(parse_time(time) or 0)}" for word, time in
                         (("interval", interval), ("timeout", timeout)))  # fmt: skip
    reason = f"heartbeat started pingd from ha.cf, the new stack starts no programs; monitor {words} are our choice"
    yield add(_STEP, draft, section, clone, reason, cause=None)
