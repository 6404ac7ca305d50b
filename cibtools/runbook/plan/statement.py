"""What a runbook is built on: what files state, what follows from it, and what had to be assumed."""

from __future__ import annotations

from msgspec import Struct

from cibtools.runbook.plan.enums import Origin, Severity
from cibtools.runbook.plan.step import Caution


class Fact(Struct, frozen=True):
    """One thing a file states, or fails to state."""

    name: str
    value: str | None
    """As text; None if no input tells."""
    unit: str = ""
    file: str = ""
    """Path within the backup; empty if it is an option, a default or unknown."""
    line: int | None = None
    note: str = ""
    """What the value was taken from, if not plainly from the file, or what its absence means."""

    @property
    def known(self) -> bool:
        """False if no input tells."""
        return self.value is not None


class NodeMemory(Struct, frozen=True):
    """The memory of one node, MiB."""

    node: str
    usable: int | None
    """For domUs; None if the machine's memory is not known."""
    used: int | None
    """By the domUs that run there; None if one of them is not known."""
    needed_elsewhere: int | None
    """What the other nodes have to take when this one is empty, together with what they run already."""
    room_elsewhere: int | None
    """What the other nodes have for domUs."""


class Importance(Struct, frozen=True):
    """One domU in the order of importance, and what decided its place."""

    domu: str
    decided_by: str
    """`list`, `priority`, `dependants`, `memory` or `name`: the key that sets it apart from the one before it."""
    detail: str
    """The value of that key in words."""


class NodeLoad(Struct, frozen=True):
    """The domUs of one node, in the order of the CIB."""

    node: str
    domus: tuple[str, ...]


class SimulatorFact(Struct, frozen=True):
    """The scheduler that was asked."""

    version: str
    calls: int
    agrees: bool
    message: str = ""
    """What it complained about, or where it disagrees."""


class Facts(Struct, frozen=True):
    """All that the plan is built on."""

    stated: tuple[Fact, ...] = ()
    ram: tuple[NodeMemory, ...] = ()
    importance: tuple[Importance, ...] = ()
    placement: tuple[NodeLoad, ...] = ()
    """Empty if it is not known where the domUs run."""
    simulator: SimulatorFact | None = None
    """None if no scheduler was asked."""


NO_FACTS = Facts()


class Assumption(Struct, frozen=True):
    """A parameter that no file states."""

    name: str
    value: str
    unit: str
    origin: Origin


class InputFile(Struct, frozen=True):
    """A file the plan was made from."""

    path: str
    """Within the backup."""
    kind: str
    sha256: str


class Reason(Struct, frozen=True):
    """Why this strategy, or why not another one."""

    code: str
    """A method such as `PATCH`, or a code `S-…`."""
    severity: Severity
    text: str
    method: str = ""
    """The method that the reason speaks for or against; empty if it speaks about the plan as a whole."""
    hard: bool = False
    """True if `--accept` cannot overrule it."""
    accepted: bool = False
    """True if `--accept` did."""

    def caution(self) -> Caution:
        """The reason as a warning of the step where it hurts."""
        return Caution(rule=self.code, text=self.text)
