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
    """M081: rewrite from, to and type of an order as first and then.

    Source: `unpack_rsc_order` of heartbeat 2.1.3 (January 2008), held against the actions that it orders: a type other
    than `before`, in any case, is `after`; to_action is action unless written; actions are compared without case
    (`safe_str_eq`), and measured so for Start, START and Promote. A word that is no action orders nothing: the corpus
    of decisions shows `started` without an effect. Witness: tests/migrate/inert.toml. Trigger: `from` and `to`.
    Changes: the names, their places, and actions to lower case; an order about another word goes, with a question.
    """
    for order in draft.constraints("rsc_order"):
        written = {name: order.get(name, "") for name in ("from", "to", "type", "action", "to_action")
                   if name in order.attrib}  # fmt: skip
        if not written:
            continue
        action = written.get("action") or "start"
        to_action = written.get("to_action") or action
        unknown = [word for word in dict.fromkeys((action, to_action)) if word.lower() not in _ACTIONS]
        if unknown:
            yield drop("M081", order, f"heartbeat 2.1 has no action {unknown[0]!r}, so it ordered nothing")
            yield decide(
                "M081", order,
                f"rsc_order {order.get('id')!r} names the action {unknown[0]!r}, which does not exist. heartbeat 2.1 "
                "ordered nothing by it. cibtools removed the order.",
                ("if you need the order, write start, stop, promote or demote in the input",),
            )  # fmt: skip
            continue
        sides = [(written.get("from"), action.lower()), (written.get("to"), to_action.lower())]
        if written.get("type", "").lower() != "before":
            sides.reverse()
        yield _direct(order, written, sides)


def drop_self_orders(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M081: drop an order between a resource and itself.

    Source: heartbeat 2.1.3 takes it and it orders nothing (measured); Pacemaker 2.1.5 aborts on it (`order_actions`:
    lh_action != rh_action), for primitives, groups and clones alike. Trigger: first and then name the same resource.
    Changes: the order goes, with a question.
    """
    for order in draft.constraints("rsc_order"):
        first = order.get("first")
        if first and first == order.get("then"):
            identity = order.get("id")
            yield drop("M081", order, f"an order of {first!r} after itself had no effect; Pacemaker's scheduler aborts")
            yield decide(
                "M081", order,
                f"rsc_order {identity!r} puts {first!r} after itself. heartbeat 2.1 ignored that; the scheduler of "
                "Pacemaker 2.1 aborts on it. cibtools removed the order.",
                ("if another resource was meant, name it in the input", f'accept = ["M081:{identity}"]'),
            )  # fmt: skip


def ask_about_promotion(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M081: ask about an order for an action that its resource never does.

    Source: heartbeat 2.1.3 (`native_rsc_order_lh`) makes up the missing first action, Pacemaker 2 does not, so what
    comes second may start earlier or not at all. Trigger: promote or demote of a resource that is no master, where all
    resources are known. Changes: none; asks.
    """
    if "resources" not in draft.known:
        return
    resources = Directory(draft).addressable
    for order in draft.constraints("rsc_order"):
        for side in ("first", "then"):
            action, name = order.get(f"{side}-action", ""), order.get(side, "")
            resource = resources.get(name)
            if action in ("promote", "demote") and resource is not None and resource.tag != "master":
                identity = order.get("id")
                yield decide(
                    "M081", order,
                    f"rsc_order {identity!r} is about the {action} of {name!r}, which is no master and never does "
                    "that. heartbeat 2.1 and Pacemaker treat such an order differently. cibtools kept it.",
                    (
                        f"name start or stop of {name!r} in the input, or take the order out",
                        f'accept = ["M081:{identity}"] keeps the order',
                    ),
                )  # fmt: skip
                break


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
    reason = "from, to and type rewritten as first and then; the order is the same"
    return Note("M081", ChangeKind.REWRITTEN, order, "", shown_all(written | overwritten), shown_all(new), reason)


def order_scores(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M082: write the score of each order.

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
    said = "has no score, which heartbeat 2.1 took for INFINITY" if missing else f"has score {score}"
    advisory = 'order-clone-primitive = "0"' if missing else 'score="0" in the input'
    return decide(
        "M082", order,
        f"rsc_order {order.get('id')!r} from clone {first!r} to {then!r} {said}. With INFINITY {then!r} does not "
        f"run while {first!r} is stopped; with 0 it may run, and only the order of starts is kept. heartbeat 2.1 "
        f"started {then!r} also while {first!r} was stopped on purpose, and restarted it when an instance was added. "
        f"cibtools wrote {score}.",
        (f"for an advisory order: {advisory}",),
        attribute="" if missing else "score", after=shown("score", score),
        answer="order-clone-primitive" if missing else "",
    )  # fmt: skip


def order_symmetry(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M083: write symmetrical of an order as true or false.

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
