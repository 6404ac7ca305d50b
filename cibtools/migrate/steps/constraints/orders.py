"""M081 to M083: orders."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_boolean
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.reference import Directory
from cibtools.migrate.heartbeat.score import normal_score
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import add_attribute, decide, drop, drop_attribute, rewrite, shown, shown_all

_ACTIONS = frozenset({"start", "stop", "promote", "demote"})


def orders(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M081: say which of two actions comes first.

    Source: policy engine 0.6 (`unpack_rsc_order`), held against the actions that it orders: a type other than `before`,
    in any case, is `after`; to_action is action unless written. Trigger: `from` and `to`. Changes: the names, and their
    places; an action that no engine knows makes the constraint inert, so it goes.
    """
    for order in draft.constraints("rsc_order"):
        written = {name: order.get(name, "") for name in ("from", "to", "type", "action", "to_action")
                   if name in order.attrib}  # fmt: skip
        if not written:
            continue
        action = written.get("action") or "start"
        to_action = written.get("to_action") or action
        unknown = [word for word in dict.fromkeys((action, to_action)) if word not in _ACTIONS]
        if unknown:
            identity = order.get("id")
            yield drop("M081", order, f"there is no action {unknown[0]!r}, so it ordered nothing")
            yield decide(
                "M081", order,
                f"rsc_order {identity!r} is about the action {unknown[0]!r}, which does not exist. It had no effect, "
                "and is gone.",
                ("if it was meant, write start, stop, promote or demote in the input",),
            )  # fmt: skip
            continue
        sides = [(written.get("from"), action), (written.get("to"), to_action)]
        if written.get("type", "").lower() != "before":
            sides.reverse()
        yield _direct(order, written, sides)


def _direct(order: etree._Element, written: dict[str, str], sides: list[tuple[str | None, str]]) -> Note:
    for name in written:
        del order.attrib[name]
    new: dict[str, str] = {}
    plain = all(action == "start" for _, action in sides)
    for word, (resource, action) in zip(("first", "then"), sides, strict=True):
        if resource is not None:
            new[word] = resource
            if not plain:
                new[f"{word}-action"] = action
    # In a mixture the new names may be there as well; 2.1 did not read them.
    overwritten = {name: order.get(name, "") for name in new if name in order.attrib}
    for name, value in new.items():
        order.set(name, value)
    reason = "first and then say what from, to and type said"
    return Note("M081", ChangeKind.REWRITTEN, order, "", shown_all(written | overwritten), shown_all(new), reason)


def order_scores(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M082: write down the score of an order.

    Source: policy engines 0.6 (2.1.3 on: without a score an order is mandatory) and 1.0 (without a score it is
    advisory). Trigger: no score, or a spelling that only 2.1 reads. Changes: the score. What an order from a clone to
    something that is no clone means differs between the engines whatever the score, so a human must look.
    """
    resources = Directory(draft).addressable
    for order in draft.constraints("rsc_order"):
        if "kind" in order.attrib or next(order.iterchildren("resource_set"), None) is not None:
            continue
        from_clone = _is(resources.get(order.get("first", "")), "clone", "master")
        from_clone = from_clone and _is(resources.get(order.get("then", "")), "primitive", "group")
        missing = "score" not in order.attrib
        if missing:
            score = answers.order_clone_primitive if from_clone else "INFINITY"
            yield add_attribute("M082", order, "score", score, "without a score 2.1 took an order for mandatory")
        else:
            yield from normal_score("M082", order)
        score = order.get("score", "")
        if from_clone and (missing or not score.startswith(("-", "0"))):
            yield _order_after_clone(order, missing)
        elif score.startswith("-"):
            yield decide(
                "M082", order,
                f"rsc_order {order.get('id')!r} has the negative score {score}, which says nothing about an order. "
                "It stays.",
                ("write INFINITY for a mandatory order, 0 for an advisory one, or take it out",),
                attribute="score",
            )  # fmt: skip


def _is(resource: etree._Element | None, *tags: str) -> bool:
    return resource is not None and resource.tag in tags


def _order_after_clone(order: etree._Element, missing: bool) -> Note:
    first, then, score = order.get("first"), order.get("then"), order.get("score", "")
    said = "says no score; 2.1 took that for INFINITY" if missing else f"has score {score}"
    advisory = 'order-clone-primitive = "0"' if missing else 'score="0" in the input'
    return decide(
        "M082", order,
        f"rsc_order {order.get('id')!r} from clone {first!r} to {then!r} {said}. In 2.1 {then!r} started also while "
        f"{first!r} was stopped on purpose, and restarted whenever an instance was added; from now on INFINITY holds "
        f"{then!r} back while {first!r} is stopped, and 0 only puts what starts at the same time in order.",
        (f"for an advisory order: {advisory}",),
        attribute="" if missing else "score", after=shown("score", score),
        answer="order-clone-primitive" if missing else "",
    )  # fmt: skip


def order_symmetry(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M083: write `symmetrical` of an order as a boolean of XML.

    Source: pacemaker-1.0 RelaxNG. Trigger: the attribute. Changes: another spelling of no becomes `false`; true is what
    holds anyway, and goes.
    """
    for order in draft.constraints("rsc_order"):
        written = order.get("symmetrical")
        if written is None:
            continue
        meant = parse_boolean(written)
        if meant is False:
            if written != "false":
                yield rewrite(
                    "M083", order, "symmetrical", "false", "the same in the one spelling that the schema takes"
                )
            continue
        yield drop_attribute("M083", order, "symmetrical", "an order is symmetrical unless it says otherwise")
        if meant is None:
            yield decide(
                "M083", order,
                f"rsc_order {order.get('id')!r} has symmetrical={written!r}, which is neither yes nor no. 2.1 took it "
                "for yes.",
                ("write true or false in the input",), attribute="symmetrical", before=shown("symmetrical", written),
            )  # fmt: skip
