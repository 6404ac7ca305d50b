"""Checks that the status section decides: members, quorum, failures, fail counts, what runs where."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.backup.heartbeat.crm_mon import CrmMon
from cibtools.backup.record.fact import Truth
from cibtools.runbook.facts.observed import printed_by_crm_mon
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import Light
from cibtools.runbook.plan.runbook import Criterion

_PENDING = "-1"
_ABORTED = ("", "0")
NO_STATUS = "no status section in the backup"


def _criterion(check: str, light: Light, text: str, reason: str = "") -> Criterion:
    return Criterion(check, light, text, reason)


def has_history(survey: Survey) -> bool:
    """True if the backup tells what ran: an empty status section proves nothing."""
    if any(host.online is Truth.UNKNOWN for host in survey.hosts):
        return False
    return any(True for state in survey.cluster.objects("status") for _ in state.iter("lrm_resource"))


def _ran(survey: Survey) -> bool:
    """True if the backup tells where resources ran, by its status or by what crm_mon printed."""
    return bool(survey.running)


def members(survey: Survey) -> Criterion:
    """P-01: all nodes are there and none is in standby."""
    text = f"all nodes online, none in standby: {', '.join(survey.names)}"
    bad = [f"{host.name} is in standby" for host in survey.hosts if host.standby]
    bad += [f"{host.name} was offline when the backup was taken" for host in survey.hosts if host.online is Truth.NO]
    if bad:
        return _criterion("P-01", Light.RED, text, "; ".join(bad))
    if any(host.online is Truth.UNKNOWN for host in survey.hosts):
        return _criterion("P-01", Light.AMBER, text, NO_STATUS)
    return _criterion("P-01", Light.GREEN, text, "so it was when the backup was taken")


def quorum(survey: Survey) -> Criterion:
    """P-03: the cluster has quorum."""
    printed = printed_by_crm_mon(survey.cluster)
    of_cib = survey.quorum is not Truth.UNKNOWN or printed is None
    found, source = (
        (survey.quorum, "the CIB says") if of_cib or printed is None else (printed.quorum, "crm_mon printed")
    )
    light = {Truth.YES: Light.GREEN, Truth.NO: Light.RED, Truth.UNKNOWN: Light.AMBER}[found]
    reasons = {Truth.YES: f"{source} so", Truth.NO: f"{source} it has none"}
    return _criterion("P-03", light, "the cluster has quorum", reasons.get(found, "no whole CIB in the backup"))


def failed_actions(survey: Survey) -> Criterion:
    """P-05: no operation has failed."""
    text = "no failed actions"
    printed = printed_by_crm_mon(survey.cluster)
    history = has_history(survey)
    if not history and printed is None:
        return _criterion("P-05", Light.AMBER, text, NO_STATUS)
    found = [*(_failures(survey) if history else ()), *(_printed_failures(printed) if printed else ())]
    if found:
        return _criterion("P-05", Light.RED, text, "; ".join(found[:5]) + (" …" if len(found) > 5 else ""))
    source = "the status section" if history else "what crm_mon printed"
    return _criterion("P-05", Light.GREEN, text, f"none in {source}")


def _printed_failures(printed: CrmMon) -> Iterator[str]:
    """What crm_mon printed as failed, whatever the CIB beside it says: one of the two was saved later."""
    for action in printed.failed_actions:
        code = "?" if action.rc is None else action.rc
        yield f"{action.resource} {action.operation} on {action.node or '?'}: rc {code} (crm_mon)"
    for one in printed.resources:
        if one.failed:
            yield f"{one.id} FAILED{f' on {one.nodes[0]}' if one.nodes else ''} (crm_mon)"


def _failures(survey: Survey) -> Iterator[str]:
    for state in survey.cluster.objects("status"):
        for op in state.iter("lrm_rsc_op"):
            code, status = _either(op, "rc"), _either(op, "op-status")
            name = op.get("operation", "")
            probe = name == "monitor" and op.get("interval", "0") == "0"
            fine = {"0", "8"} | ({"7"} if probe else set())
            if status not in (_PENDING, *_ABORTED) or (code and code not in fine and status != _PENDING):
                yield f"{op.get('id', '?')} on {state.get('uname', '?')}: rc {code or '?'}, status {status or '?'}"


def _either(op: etree._Element, name: str) -> str:
    new = "rc-code" if name == "rc" else name
    return op.get(new, "") or op.get(new.replace("-", "_"), "")


def fail_counts(survey: Survey) -> Criterion:
    """P-06: nothing is remembered against a resource."""
    text = "no fail counts"
    if any(host.transient is None for host in survey.hosts) or not has_history(survey):
        return _criterion("P-06", Light.AMBER, text, NO_STATUS)
    found = [
        f"{name.removeprefix('fail-count-')} on {host.name}: {value}"
        for host in survey.hosts
        for name, value in (host.transient or {}).items()
        if name.startswith("fail-count-") and value != "0"
    ]
    if found:
        return _criterion("P-06", Light.RED, text, "; ".join(found))
    return _criterion("P-06", Light.GREEN, text, "none in the status section")


def domus_running(survey: Survey) -> Criterion:
    """P-08: every domU is managed, wanted, and runs on exactly one node."""
    text = "every domU is managed, wanted running, and active on exactly one node"
    bad, unknown = [], []
    printed = printed_by_crm_mon(survey.cluster)
    loose = {one.instance_of for one in printed.resources if not one.managed} if printed else set()
    for guest in survey.guests:
        if not guest.managed:
            bad.append(f"{guest.id} is not managed")
        elif guest.id in loose:
            bad.append(f"crm_mon printed {guest.id} as unmanaged")
        if guest.stopped and guest.id not in survey.parameters.stopped_ok:
            bad.append(f"{guest.id} is stopped")
        if len(guest.nodes) > 1:
            bad.append(f"{guest.id} is active on {', '.join(guest.nodes)}")
        elif not guest.nodes and not guest.stopped:
            unknown.append(guest.id)
    if unknown and _ran(survey) and not survey.wishes.placement:
        bad += [f"{name} ran nowhere when the backup was taken" for name in unknown]
    if bad:
        return _criterion("P-08", Light.RED, text, "; ".join(bad))
    if unknown:
        where = "give a whole CIB with its status, or --placement FILE"
        return _criterion("P-08", Light.AMBER, text, f"not known where {', '.join(unknown)} run; {where}")
    return _criterion("P-08", Light.GREEN, text, "so it was when the backup was taken")
