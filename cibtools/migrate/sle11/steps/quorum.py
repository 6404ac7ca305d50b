"""M120 to M122: nodes under the names that the new stack knows them by, and quorum as its membership counts it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_boolean
from cibtools.migrate.answers import Answers, StatusChoice
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.nvset import find_pair, find_value, make_pair, unconditional
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, decide, rewrite, shown

_SET = "cluster_property_set"
_POLICY = "no-quorum-policy"
_VOTES = "expected-quorum-votes"
_BOOTSTRAP = "cib-bootstrap-options"


def name_nodes(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M120: write the uname of a node wherever its id stood.

    Source: the plugin of openais and corosync 1 gives crmd the uname for an id; heartbeat gave a uuid. Trigger: a node
    whose id is not its uname. Changes: `node/@id`, values of `#id` expressions, `dc-uuid`, and with `--status keep` the
    ids of `node_state`, `lrm` and `transient_attributes`. A node without a name, or with that of another, inhibits.
    """
    if not answers.converts_stack:
        return
    names: dict[str, str] = {}
    seen: set[str] = set()
    for node in members(draft):
        uname, old = node.get("uname", ""), node.get("id", "")
        if not uname or uname in seen:
            what = f"has the uname {uname} of another node" if uname else "has no uname"
            yield decide(
                "M120", node, f"Node {old} {what}; the new stack knows nodes by their uname only. Which node is it?",
                ("write its `uname -n` into the uname attribute of the input, or take the node out",
                 f'leave it as it is: accept = ["M120:{old}"]'),
                before=shown("id", old), inhibits=True,
            )  # fmt: skip
            continue
        seen.add(uname)
        names[old] = uname
        if old != uname:
            yield rewrite("M120", node, "id", uname, "the new stack knows nodes by their uname")
    yield from _refer_by_name(draft, names, seen)
    if draft.top.get("dc-uuid") in names and draft.top.get("dc-uuid") != names[draft.top.get("dc-uuid", "")]:
        yield rewrite("M120", draft.top, "dc-uuid", names[draft.top.get("dc-uuid", "")], "the node's new id")
    if answers.status is StatusChoice.KEEP:
        yield from _rename_in_status(draft, names)


def _refer_by_name(draft: Draft, names: dict[str, str], unames: set[str]) -> Iterator[Note]:
    for expression in draft.iter("expression"):
        value = expression.get("value", "")
        if expression.get("attribute") != "#id" or value in unames:
            continue
        if value in names:
            yield rewrite("M120", expression, "value", names[value], "the node's new id")
        elif value and "nodes" not in draft.known:
            yield decide(
                "M120", expression,
                f"The expression compares the node's id with {value}, but the input does not hold all nodes; with the "
                "new stack a node's id is its uname. Which node is meant?",
                ('give the nodes section too, or compare with the name: attribute="#uname"',),
                attribute="value", before=shown("value", value),
            )  # fmt: skip


def _rename_in_status(draft: Draft, names: dict[str, str]) -> Iterator[Note]:
    status = draft.section("status")
    for found in () if status is None else [*status.iter("node_state", "lrm", "transient_attributes")]:
        old = found.get("id", "")
        if names.get(old, old) != old:
            yield rewrite("M120", found, "id", names[old], "the node's new id")


def members(draft: Draft) -> list[etree._Element]:
    """The nodes that are members; heartbeat's ping nodes are none."""
    section = draft.section("nodes")
    return [] if section is None else [node for node in section.iterchildren("node") if node.get("type") != "ping"]


def expect_votes(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M121: write the number of expected votes.

    Source: the plugin of openais and corosync 1 reads `expected-quorum-votes`, by default 2. Trigger: a new stack, and
    an input that holds all nodes and the cluster options. Changes: the property is written, in the first set without a
    rule. Later `cibadmin --upgrade` drops it again, where corosync's own votequorum counts.
    """
    votes = str(len(members(draft)))
    if answers.converts_stack and votes != "0" and {"nodes", "crm_config"} <= draft.known:
        yield from set_property("M121", draft, _VOTES, votes, "the membership layer counts votes, one of each node")


def set_property(step: str, draft: Draft, name: str, value: str, reason: str) -> Iterator[Note]:
    """Give a cluster option a value that holds without a rule, making the set if there is none."""
    section = draft.need_section("crm_config", draft.top)
    pair = find_pair(section, _SET, name)
    if pair is not None:
        if pair.get("value") != value:
            yield rewrite(step, pair, "value", value, reason)
        return
    nvset = next(unconditional(section, _SET), None)
    if nvset is not None:
        made = make_pair(draft, f"{nvset.get('id', '')}-{name}", name, value)
        yield add(step, draft, nvset, made, reason, cause=nvset)
        return
    nvset = etree.Element(_SET, {"id": draft.book(_BOOTSTRAP, _SET)})
    nvset.append(make_pair(draft, f"{nvset.get('id', '')}-{name}", name, value))
    yield add(step, draft, section, nvset, reason, cause=draft.top)


def settle_two_nodes(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M122: set the quorum policy of two nodes.

    Source: heartbeat's `twonodes` quorum module against the corosync plugin, which counts a majority. Trigger: exactly
    two members and a `no-quorum-policy` other than `ignore`. Changes: `ignore` is written if nothing was said; over a
    policy of the author's only where fencing works, else it stays and the question says what that means.
    """
    if not answers.converts_stack or len(members(draft)) != 2 or not {"nodes", "crm_config"} <= draft.known:
        return
    section = draft.need_section("crm_config", draft.top)
    policy = find_value(section, _SET, _POLICY)
    if policy == "ignore":
        return
    fenced = parse_boolean(find_value(section, _SET, "stonith-enabled")) is True and _has_fencing(draft)
    change = {"ignore": True, "keep": False}.get(answers.two_node_policy, fenced or not policy)
    pair = find_pair(section, _SET, _POLICY)
    said = f"no-quorum-policy is {policy}" if policy else "no-quorum-policy is not set, which means stop"
    before = shown("value", policy) if policy else ""
    if change:
        reason = "one of two nodes has no quorum under the new stack; under heartbeat the survivor had it"
        yield from set_property("M122", draft, _POLICY, "ignore", reason)
        subject = find_pair(section, _SET, _POLICY)
        risk = "" if fenced else " There is no working fencing: two nodes that lose sight of each other both go on."
        question = (
            f"{said}. Under heartbeat the survivor of two nodes kept quorum; under the new stack it loses it and would "
            f"stop everything, so ignore was written.{risk} Is that right?"
        )
        other = ('keep the policy, and with it an outage when either node fails: two-node-policy = "keep"',)
        yield decide("M122", subject, question, other, attribute="value", before=before, after=shown("value", "ignore"),
                     answer="two-node-policy")  # fmt: skip
        return
    question = (
        f"{said}, and fencing does not work (stonith-enabled and a stonith resource are needed), so the policy was "
        "left alone. Under the new stack the survivor of two nodes has no quorum: when either node fails, the other "
        "stops all its resources. Will you set up fencing, or accept that?"
    )
    yield decide("M122", pair, question, ('set up fencing and write ignore: two-node-policy = "ignore"',),
                 attribute="value", before=before, answer="two-node-policy")  # fmt: skip


def _has_fencing(draft: Draft) -> bool:
    section = draft.section("resources")
    return section is not None and any(found.get("class") == "stonith" for found in section.iter("primitive"))
