"""What no file of a backup states: rates, times and habits of the house, each with a default and an origin.

A plan lists every one it used, so that nobody takes an assumption for a fact. The keys are those of the `[runbook]`
table of `cibtools.toml`, with dashes for underscores.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import fields

from cibtools.runbook.plan.enums import Origin
from cibtools.runbook.plan.statement import Assumption

HOUR = 3600


class Parameters(Struct, frozen=True):
    """Times in seconds, rates in MB/s, memory in MiB."""

    link: int = 70
    """What the link between two nodes carries."""
    stream: int = 40
    """What one live migration can use of it."""
    dirty_percent: int = 130
    """How much is sent for a domU, as pages change while they travel, in percent of its memory."""
    migration_fix: int = 3
    """What a live migration takes besides the transfer."""
    start_domu: int = 15
    stop_domu: int = 30
    patch_host: int = 1200
    reboot: int = 420
    patch_domu: int = 600
    overhead: int = 1
    """MiB that a domU costs besides its own memory."""
    overhead_permille: int = 8
    """The part of it that grows with the memory."""
    soak_node: int = 1800
    soak_canary: int = 24 * HOUR
    soak_fallback: int = HOUR
    soak_domu: int = 600
    soak_all: int = 24 * HOUR
    soak_hop: int = 24 * HOUR
    soak_evms: int = 24 * HOUR
    """How long the old cluster runs on renamed volumes before it is converted."""
    install_host: int = 2 * HOUR
    """What a fresh installation of a host takes, with its side files."""
    needs_reboot: bool = True
    """Whether the patches hold a kernel, a hypervisor or what else wants a reboot; taken for true unless told."""
    needs_stack_stop: bool = True
    """Whether the patches hold a part of the cluster software."""
    patch_command: str = ""
    """What installs the patches; the release's own tool if empty."""
    pin: bool = True
    """Whether the canary is pinned to the new software for its first start."""
    wave: int = 4
    """How many domUs are stopped at a time before a shutdown of the cluster."""
    live_upgrade: bool = False
    """Whether the CIB changes its syntax in the running cluster, by the release's own converter."""
    never_canary: tuple[str, ...] = ()
    """DomUs the operator needs during the work: monitoring, the jump host."""
    stopped_ok: tuple[str, ...] = ()
    """DomUs that are stopped on purpose."""
    stop_list: tuple[str, ...] = ()
    """DomUs that may be stopped where memory is short."""
    given: frozenset[str] = frozenset()
    """The names of those that somebody set."""

    def assumption(self, name: str) -> Assumption:
        """One of them as a statement of the plan."""
        value: object = next(getattr(self, field.name) for field in fields(self) if field.name == name)
        origin = Origin.OPTION if name in self.given else Origin.DEFAULT
        shown = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        return Assumption(name.replace("_", "-"), shown, UNITS.get(name, ""), origin)


UNITS = {
    "link": "MB/s",
    "stream": "MB/s",
    "dirty_percent": "%",
    "migration_fix": "s",
    "start_domu": "s",
    "stop_domu": "s",
    "patch_host": "s",
    "reboot": "s",
    "patch_domu": "s",
    "overhead": "MiB",
    "overhead_permille": "per mille",
    "soak_node": "s",
    "soak_canary": "s",
    "soak_fallback": "s",
    "soak_domu": "s",
    "soak_all": "s",
    "soak_hop": "s",
    "soak_evms": "s",
    "install_host": "s",
}
"""The unit of each parameter that has one; what is in seconds may be written as a time."""


class Wishes(Struct, frozen=True):
    """What the operator asks for."""

    from_version: str = ""
    """`heartbeat-2.1.4`; empty if the backup has to tell."""
    to_version: str = ""
    """`pacemaker-1.0`; empty for the newest of the same series."""
    method: str = "auto"
    accept: tuple[str, ...] = ()
    """Codes of reasons that the operator takes upon herself."""
    nodes: tuple[str, ...] = ()
    """The order in which to work on the nodes."""
    domu_order: tuple[str, ...] = ()
    """DomUs by importance, least important first."""
    node_ram: tuple[tuple[str, int], ...] = ()
    """MiB of whole machines by node."""
    placement: tuple[tuple[str, str], ...] = ()
    """Node by domU, where the backup does not tell."""
    window_start: str = ""
    """`21:00`; empty if it was not given."""
    window: int | None = None
    """Seconds there are; None if nobody said."""
    change_id: str = ""
    date: str = ""
