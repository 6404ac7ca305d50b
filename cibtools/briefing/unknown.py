"""What the files do not settle, as questions with the command that answers each.

The commands only read, and are the same under heartbeat 2.1 and Pacemaker 1.0.
"""

from __future__ import annotations

from cibtools.briefing.record import Unknown
from cibtools.runbook.plan.enums import Light
from cibtools.runbook.plan.runbook import Criterion, Runbook

COMMANDS = {
    "P-01": "crm_mon -1 -n -r",
    "P-02": "crmadmin -D",
    "P-03": "cibadmin -Q | grep have.quorum",
    "P-05": "crm_mon -1 -n -r",
    "P-06": "cibadmin -Q -o status | grep fail-count",
    "P-07": "cibadmin -Q -o constraints | grep cli-",
    "P-08": "crm_mon -1 -n -r",
    "P-10": "xm info | grep memory",
    "P-11": "rpm -qa | sort",
    "P-13": "cibadmin -Q -o status | grep pingd",
    "P-14": "md5sum /etc/xen/vm/*",
    "P-15": "ls -lL /dev/evms/*/* /dev/mapper/*",
    "P-16": "brctl show",
    "P-17": "grep relocation /etc/xen/xend-config.sxp",
    "P-18": "ntpq -pn",
    "P-19": "getent hosts $(uname -n)",
    "P-20": "multipath -ll",
}
"""The command that settles a check, where a command can."""


def unknown(runbook: Runbook) -> tuple[Unknown, ...]:
    """Every condition that is neither met nor broken as far as the files tell, in the order of the gates."""
    return tuple(
        Unknown(gate.id, one.check, one.text, one.reason, COMMANDS.get(one.check, ""))
        for gate in runbook.gates
        for one in gate.criteria
        if one.state is Light.AMBER
        and (one.check in COMMANDS or not one.live)
        and not _asks_again(runbook, one, gate.id)
    )


def _asks_again(runbook: Runbook, one: Criterion, gate: str) -> bool:
    """True if an earlier gate has the same condition."""
    for other in runbook.gates:
        if other.id == gate:
            return False
        if any((found.check, found.text) == (one.check, one.text) for found in other.criteria):
            return True
    return False
