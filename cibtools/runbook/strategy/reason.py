"""The reasons for and against methods: their codes, whether they can be accepted, and their texts."""

from __future__ import annotations

from collections.abc import Mapping

from cibtools.errors import ConfigError
from cibtools.runbook.plan.enums import Severity
from cibtools.runbook.plan.statement import Reason

_HARD = frozenset(
    {
        "S-ROLL-BROKEN", "S-ROLL-STACK", "S-MIXED-OS", "S-ROLL-CLASS", "S-REATTACH-REBOOT", "S-REATTACH-EVMS",
        "S-REATTACH-OCFS2", "S-REATTACH-OLD", "S-SWING-SAME", "S-OCFS2-NO-HB", "S-ONE-NODE", "S-UNKNOWN-VERSION",
    }
)  # fmt: skip
_TEXTS = {
    "S-ROLL-BROKEN": "Rolling from {src} to {dst} is not possible: the oldest version Pacemaker 1.0 can join is 1.0.0; "
    "between 0.6 (and heartbeat 2.1) and 1.0 the method is documented as broken.",
    "S-ROLL-STACK": "Rolling keeps one cluster alive, so every node must use the same membership stack. {src_stack} "
    "and {dst_stack} cannot form one cluster.",
    "S-MIXED-OS": "Clusters with SLES 10 and SLE 11 nodes together are not supported; all nodes must be offline and "
    "the cluster is migrated as a whole.",
    "S-ROLL-CLASS": "{dst} can only join a cluster running {oldest} or newer; you run {src}. Possible in "
    "steps: {path}.",
    "S-REATTACH-REBOOT": "Detach and reattach leaves the domUs running while the cluster software is exchanged. Here "
    "the host itself is replaced or rebooted: {why}. A domU cannot outlive its dom0.",
    "S-REATTACH-EVMS": "{n} domUs and {m} file systems use EVMS devices ({example}). EVMS does not exist on {dst_os}; "
    "the devices under the running domUs would have to be converted while in use.",
    "S-REATTACH-OCFS2": "An OCFS2 file system records the cluster stack that mounts it. Changing it (tunefs.ocfs2 "
    "--update-cluster-stack) needs the volume unmounted on all nodes.",
    "S-REATTACH-OCFS2-CFG": "{mount} stays mounted while no cluster watches it. If one node dies now, the other may "
    "block on it, and nothing fences. Copy the domU files to local disk first (same path) or accept.",
    "S-REATTACH-ORDER": 'After reattach the EVMS agent always reports "not running" (its monitor cannot tell). The '
    "cluster will start it, and your mandatory ordering {ids} then restarts {list}. Set those scores to 0 first.",
    "S-REATTACH-OLD": "Reattach needs a CRM from heartbeat 2.0.4 or later.",
    "S-OCFS2-NO-HB": "The SLE 11 Filesystem agent refuses OCFS2 on the heartbeat stack; OCFS2 needs openais there.",
    "S-ORDER-RESTART": "Ordering {ids} is mandatory and the clones are not interleaved. When {node} comes back, these "
    "domUs are restarted, on whatever node they run: {list}.",
    "S-RAM": "Without {node} the remaining nodes have {have} MiB for domUs, {need} MiB are configured. Give a stop "
    "list or more RAM.",
    "S-FENCE": "{node} cannot be fenced by any device that can run elsewhere. A hang during the procedure would leave "
    "its domUs blocked or, worse, running twice.",
    "S-XEN-DOWN": "{list} cannot migrate live from {new} back to {old}, because {old} has the older hypervisor. The "
    "cluster stops {list} and starts it on {old}.",
    "S-NO-LIVE": "{list} cannot migrate live ({why}); they are down for about {sec} s when moved.",
    "S-STICKINESS": "{n} domUs move back at once when {node} becomes active, before anything has been tried there: "
    "{list}. Set default-resource-stickiness to INFINITY first.",
    "S-SWING-SAME": "A swing makes two clusters of the nodes; that is planned only where another operating system is "
    "installed.",
    "S-ONE-NODE": "One node is not a cluster that can roll.",
    "S-UNKNOWN-VERSION": "The running version is not known. Give --from, e.g. --from heartbeat-2.1.3.",
}


Values = Mapping[str, str | int]
"""What the text of a reason names, by the words in its braces."""


def reason(
    code: str, severity: Severity, accept: tuple[str, ...], values: Values | None = None, *, method: str = ""
) -> Reason:
    """Fill in the text of a reason; a refusal that is accepted becomes a warning."""
    hard = code in _HARD
    accepted = code in accept and severity is Severity.REFUSAL and not hard
    shown = Severity.WARNING if accepted else severity
    return Reason(code, shown, _TEXTS[code].format_map(values or {}), method, hard, accepted)


def check_accept(codes: tuple[str, ...]) -> None:
    """Refuse codes that nobody can accept: a typo would pass for consent that was given."""
    for code in codes:
        if code in _HARD:
            raise ConfigError(f"{code} cannot be accepted", hint="it names something that does not work, not a risk")
        if code not in _TEXTS:
            soft = ", ".join(sorted(set(_TEXTS) - _HARD))
            raise ConfigError(f'--accept "{code}" is no reason', hint=f"those that can be accepted are {soft}")
