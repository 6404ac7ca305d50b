"""What a cluster runs besides its own processes, and how a host shows it: domUs, DRBD roles, mounts, addresses.

DRBD 8.0 to 8.2 print a role as `st:Primary/Secondary` in /proc/drbd, 8.3 as `ro:Primary/Secondary`.
"""

from __future__ import annotations

from msgspec import Struct

from cibtools.runbook.facts.survey import Survey

_RUNNING_DOMUS = "xm list | awk '{print $1, $2}' | sort"


class Look(Struct, frozen=True):
    """One thing to look at on a host."""

    command: str
    """What shows it now."""
    stable: str
    """The same, without what changes while all goes on."""
    idle: str
    """In words: what is seen where nothing runs."""
    shows: tuple[str, ...] = ()
    """What the command prints there."""
    never: tuple[str, ...] = ()
    """What it does not print there."""


def uses_xen(survey: Survey) -> bool:
    """Return True if the cluster runs domUs."""
    return bool(survey.guests) or _has(survey, "Xen")


def looks(survey: Survey) -> tuple[Look, ...]:
    """Return what to look at to see what runs on a host of this cluster; never empty."""
    found: list[Look] = []
    if uses_xen(survey):
        found.append(Look("xm list", _RUNNING_DOMUS, "only Domain-0", shows=("Domain-0",)))
    if _has(survey, "drbd"):
        roles = "grep -oE '(st|ro):[A-Za-z]+' /proc/drbd"
        found.append(Look("cat /proc/drbd", roles, "no DRBD device is Primary", never=("st:Primary", "ro:Primary")))
    mounts = tuple(f" on {path} " for path in _plain_mounts(survey))
    if mounts:
        found.append(Look("mount", "mount | sort", "none of the cluster's file systems is mounted", never=mounts))
    addresses = _values(survey, "ip", "IPaddr", "IPaddr2")
    if addresses:
        never = tuple(f" {address}/" for address in addresses)
        stable = "ip -o -f inet addr | awk '{print $2, $4}' | sort"
        found.append(Look("ip -o -f inet addr", stable, "none of the cluster's addresses is there", never=never))
    return tuple(found) or (Look("crm_mon -1 -n -r", "crm_mon -1 -n -r", "no resource runs on the node"),)


def running_now(survey: Survey) -> str:
    """Return a line that prints what runs on a host, the same as long as nothing starts, stops or moves."""
    lines = [look.stable for look in looks(survey)]
    return lines[0] if len(lines) == 1 else f"{{ {'; '.join(lines)}; }}"


def _plain_mounts(survey: Survey) -> tuple[str, ...]:
    """The mount points that one node has at a time."""
    clustered = {child.id for clone in survey.cluster.resources if clone.is_clone for child in clone.walk()}
    return _values(survey, "directory", "Filesystem", without=frozenset(clustered))


def _has(survey: Survey, agent: str) -> bool:
    return any(one.agent and one.agent.type == agent for one in survey.cluster.primitives)


def _values(survey: Survey, parameter: str, *agents: str, without: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The values of a parameter of these agents, each once."""
    pairs = [
        one.parameter(parameter)
        for one in survey.cluster.primitives
        if one.agent and one.agent.type in agents and one.id not in without
    ]
    return tuple(dict.fromkeys(pair.value.strip() for pair in pairs if pair and pair.value.strip()))
