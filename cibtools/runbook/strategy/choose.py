"""Which method of upgrading is safe here, and why the others are not: refusals with codes, never a silent choice."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.runbook.estimate.feature import Features
from cibtools.runbook.estimate.memory import proposal
from cibtools.runbook.estimate.order import importance
from cibtools.runbook.facts.version import (
    REATTACH_OLDEST,
    Version,
    can_roll,
    heartbeat,
    hops,
    oldest_partner,
)
from cibtools.runbook.plan.enums import Light, Method, Severity
from cibtools.runbook.plan.statement import Reason
from cibtools.runbook.strategy.question import Choice, Question
from cibtools.runbook.strategy.reason import Values, check_accept, reason

_MOVING = (Method.PATCH, Method.HOPS)
"""Methods where the domUs move from node to node while one cluster lives on."""


def choose(question: Question, wanted: Method | None, candidates: tuple[Method, ...]) -> Choice:
    """Choose a method among candidates, or judge the one that is asked for."""
    accept = question.survey.wishes.accept
    check_accept(accept)
    if question.source is None and not question.same_series:
        return Choice(None, (reason("S-UNKNOWN-VERSION", Severity.REFUSAL, accept),))
    against = {method: tuple(_against(question, method)) for method in (*candidates, wanted) if method}
    refused = {
        method: [found for found in reasons if found.severity is Severity.REFUSAL]
        for method, reasons in against.items()
    }
    ranking = [wanted] if wanted else [method for method in _ranking(question) if method in candidates]
    taken = next((method for method in ranking if not refused[method]), None)
    reasons: list[Reason] = []
    if taken:
        reasons.append(Reason(taken.value, Severity.INFO, _why(question, taken), taken.value))
        reasons += [found for found in against[taken] if found not in reasons]
    if taken in _MOVING and not question.features.not_live and question.features.tightest[1].light is Light.GREEN:
        count = len(question.survey.guests)
        text = f"not needed: all {count} domUs can migrate live and fit on the nodes that are left"
        reasons.append(Reason(f"not {Method.SHUTDOWN.value}", Severity.INFO, text, taken.value))
    # Whoever asked for one method is told what speaks against it, not against all the others.
    others = [wanted] if wanted and not taken else [method for method in against if method is not taken]
    reasons += [found for method in others for found in refused[method]]
    return Choice(taken, tuple(dict.fromkeys(reasons)), _path(question), tuple(_offers(question, taken)))


def _ranking(question: Question) -> tuple[Method, ...]:
    if question.same_series:
        return Method.PATCH, Method.HOPS, Method.REATTACH, Method.SHUTDOWN
    return Method.HOPS, Method.PATCH, Method.REATTACH, Method.SHUTDOWN


def _why(question: Question, method: Method) -> str:
    match method:
        case Method.PATCH:
            return "rolling, same release: stack and operating system do not change, one node at a time is worked on"
        case Method.HOPS:
            unlisted = question.source is not None and question.source.version == heartbeat(2, 1, 4)
            taken = " (2.1.4 is in no table of Pacemaker's; it is taken for a 2.1.3)" if unlisted else ""
            return f"rolling in steps that each can be in one cluster: {_ways(question)}{taken}"
        case Method.REATTACH:
            return "the hosts stay up and nothing of the storage changes, so that the domUs can go on running"
        case Method.SHUTDOWN:
            return "the whole cluster is stopped, exchanged and started: the one method that is always possible"
        case Method.SWING:
            return "half of the nodes is exchanged while the other half serves; both never serve at once"


def _path(question: Question) -> tuple[Version, ...]:
    """The way by hops as far as it goes."""
    if question.source is None or question.target is None:
        return ()
    return hops(question.source.version, question.target.version) or ()


def _ways(question: Question) -> str:
    return " → ".join(map(str, _path(question))) or "none"


def _against(question: Question, method: Method) -> Iterator[Reason]:
    """Everything that speaks against a method, refusals and warnings."""
    if method in _MOVING:
        yield from _against_rolling(question, method)
    elif method is Method.REATTACH:
        yield from _against_reattach(question)
    if method is not Method.SHUTDOWN and method is not Method.REATTACH:
        yield from _against_moving(question, method)
    if method is Method.SWING and not question.os_change:
        yield _refuse(question, "S-SWING-SAME", method)
    if question.features.ocfs2 and question.os_change and question.target and question.target.stack == "heartbeat":
        yield _refuse(question, "S-OCFS2-NO-HB", method)
    if method in (Method.SHUTDOWN, Method.REATTACH):
        for node in question.features.unfenced:
            yield _warn(question, "S-FENCE", method, {"node": node})


def _refuse(question: Question, code: str, method: Method, values: Values | None = None) -> Reason:
    return reason(code, Severity.REFUSAL, question.survey.wishes.accept, values, method=method.value)


def _warn(question: Question, code: str, method: Method, values: Values | None = None) -> Reason:
    return reason(code, Severity.WARNING, question.survey.wishes.accept, values, method=method.value)


def _against_rolling(question: Question, method: Method) -> Iterator[Reason]:
    source, target = question.source, question.target
    if source and target:
        if question.crm_boundary:
            versions = {"src": str(source.version), "dst": str(target.version)}
            yield _refuse(question, "S-ROLL-BROKEN", method, versions)
        if question.stack_change:
            stacks = {"src_stack": source.stack, "dst_stack": target.stack}
            yield _refuse(question, "S-ROLL-STACK", method, stacks)
        if question.os_change:
            yield _refuse(question, "S-MIXED-OS", method)
        direct = can_roll(source.version, target.version)
        possible = direct if method is Method.PATCH else bool(_path(question))
        if not possible and not question.crm_boundary:
            oldest = oldest_partner(target.version) or target.version
            values = {"dst": str(target.version), "oldest": str(oldest), "src": str(source.version)}
            yield _refuse(question, "S-ROLL-CLASS", method, {**values, "path": _ways(question)})
    if question.features.orders:
        yield _warn(question, "S-ORDER-RESTART", method, {"node": "a node", **_orders(question.features)})


def _orders(features: Features) -> dict[str, str]:
    return {"ids": ", ".join(order.id for order in features.orders), "list": ", ".join(features.restarted)}


def _against_reattach(question: Question) -> Iterator[Reason]:
    features, method = question.features, Method.REATTACH
    if question.source and question.source.version < REATTACH_OLDEST:
        yield _refuse(question, "S-REATTACH-OLD", method)
    if question.reboot and question.survey.guests:
        yield _refuse(question, "S-REATTACH-REBOOT", method, {"why": question.reboot})
    if features.evms and question.os_change:
        values = {"n": len(features.evms_domus), "m": len(features.evms_file_systems)}
        more = {"example": features.evms_example, "dst_os": "SLE 11"}
        yield _refuse(question, "S-REATTACH-EVMS", method, {**values, **more})
    elif features.evms_resources and features.orders:
        yield _refuse(question, "S-REATTACH-ORDER", method, _orders(features))
    if features.ocfs2 and question.stack_change:
        yield _refuse(question, "S-REATTACH-OCFS2", method)
    elif features.ocfs2:
        mount = ", ".join(one.mount for one in features.ocfs2)
        judge = _refuse if features.ocfs2_domus else _warn
        yield judge(question, "S-REATTACH-OCFS2-CFG", method, {"mount": mount})


def _against_moving(question: Question, method: Method) -> Iterator[Reason]:
    """What speaks against taking nodes away while the others serve."""
    features, survey = question.features, question.survey
    if len(survey.hosts) < 2:
        yield _refuse(question, "S-ONE-NODE", method)
        return
    node, room = features.tightest
    if room.light is Light.RED:
        yield _refuse(question, "S-RAM", method, {"node": node, "have": features.have or 0, "need": features.need or 0})
    for name in features.unfenced:
        yield _refuse(question, "S-FENCE", method, {"node": name})
    if features.not_live and method in _MOVING:
        names = ", ".join(one.domu for one in features.not_live)
        why = "; ".join(dict.fromkeys(one.why for one in features.not_live))
        parameters = survey.parameters
        down = parameters.stop_domu + parameters.start_domu
        yield _warn(question, "S-NO-LIVE", method, {"list": names, "why": why, "sec": down})


def _offers(question: Question, taken: Method | None) -> Iterator[str]:
    """What else could be done: other methods, the swing among them, which is never chosen by itself, and room."""
    survey, (node, _) = question.survey, question.features.tightest
    names = proposal(survey, node, tuple(place.domu for place in importance(survey)))
    if names and len(survey.hosts) > 1:
        listed = ", ".join(f'"{name}"' for name in names)
        yield f"stop-list = [{listed}] in [runbook]: with these stopped the others fit on the nodes that are left"
    enough = question.features.tightest[1].light is not Light.RED
    if taken is Method.SHUTDOWN and len(question.survey.hosts) >= 2 and enough and question.os_change:
        yield (
            "--method swing: half of the nodes is installed anew while the other half serves with the old cluster; the "
            "new half must not touch the shared disks before the old half is down, and both never serve at once"
        )
    if taken is None and question.source and question.target and _path(question) and not question.same_series:
        yield f"--method hops: {_ways(question)}"
