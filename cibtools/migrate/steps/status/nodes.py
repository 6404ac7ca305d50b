"""M020 and M021: nodes, which need a name and a type, and the ping nodes of heartbeat."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add_attribute, decide, drop, rewrite

_TYPES = ("normal", "member", "ping")


def complete_nodes(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M020: write the type and name of each node.

    Source: policy engine 0.6 (`unpack_nodes`), which passes over a node without id, name or known type; pacemaker-1.0
    RelaxNG, which wants all three. Trigger: one that lacks something, or a name used twice. Changes: the type becomes
    `normal`, a node without id or name goes; asks each time.
    """
    names: dict[str, str] = {}
    for node in _nodes(draft):
        identity, name = node.get("id", ""), node.get("uname", "")
        # Another stack knows nodes by their names: M120 refuses one without, and a name of two.
        if not name and answers.stack is not Stack.HEARTBEAT:
            continue
        if not identity or not name:
            yield drop("M020", node, f"2.1 passed over a node without {'a name' if identity else 'an id'}")
            yield decide(
                "M020",
                node,
                f"node {name or identity or '?'}: it has no {'uname' if identity else 'id'}, 2.1 ignored it, and it "
                "was left out. Is it a member of the cluster?",
                ("complete it in the CIB, or let the node join by itself",),
            )
            continue
        yield from _settle_type(node, name)
        if name in names and answers.stack is Stack.HEARTBEAT:
            yield decide(
                "M020",
                node,
                f'node {name}: the ids "{names[name]}" and "{identity}" have the same name. Which one is in use?',
                ("take the other one out of the CIB",),
                attribute="uname",
            )
        names.setdefault(name, identity)


def _settle_type(node: etree._Element, name: str) -> Iterator[Note]:
    """Write a type that the schema knows, and ask where heartbeat 2.1 knew none."""
    kind = node.get("type")
    plain = (kind or "").strip().lower()
    if plain in _TYPES:
        if plain != kind:
            yield rewrite("M020", node, "type", plain, "the schema takes lower case")
        return
    reason = "the schema demands a type"
    if kind is None:
        yield add_attribute("M020", node, "type", "normal", reason)
    else:
        yield rewrite("M020", node, "type", "normal", reason)
    said = "has no type" if kind is None else f'has the unknown type "{kind}"'
    yield decide(
        "M020",
        node,
        f"node {name}: it {said}, so heartbeat 2.1 ignored it. cibtools wrote type=normal: resources may run there "
        "from now on. Is it a member of the cluster?",
        ("take the node out of the CIB", "add standby=on to it until you are sure"),
    )


def drop_ping_nodes(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M021: remove the ping nodes of heartbeat.

    Source: only heartbeat's membership has them. Trigger: `type="ping"`, and another stack. Changes: the node goes;
    asks whether its host is among those of the ping resource.
    """
    if answers.stack is Stack.HEARTBEAT:
        return
    for node in _nodes(draft):
        if node.get("type") == "ping":
            name = node.get("uname", "")
            yield drop("M021", node, "only heartbeat has ping nodes")
            yield decide(
                "M021",
                node,
                f"node {name}: a ping node of heartbeat, left out. Is {name} in the host_list of the ping resource?",
                ("add it there", "stay with heartbeat, which keeps ping nodes"),
            )


def _nodes(draft: Draft) -> list[etree._Element]:
    section = draft.section("nodes")
    return [] if section is None else section.findall("node")
