"""What a runbook is built on: what files state, what follows from it, and what had to be assumed."""

from __future__ import annotations

from dataclasses import dataclass

from cibtools.runbook.plan.enums import Origin, Severity
from cibtools.runbook.plan.step import Caution


@dataclass(frozen=True, slots=True)
class Fact:
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


@dataclass(frozen=True, slots=True)
class NodeMemory:
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


@dataclass(frozen=True, slots=True)
class Importance:
    """One domU in the order of importance, and what decided its place."""

    domu: str
    decided_by: str
    """`list`, `priority`, `dependants`, `memory` or `name`: the key that sets it apart from the one before it."""
    detail: str
    """The value of that key in words."""


@dataclass(frozen=True, slots=True)
class NodeLoad:
    """The domUs of one node, in the order of the CIB."""

    node: str
    domus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SimulatorFact:
    """The scheduler that was asked."""

    version: str
    calls: int
    agrees: bool
    message: str = ""
    """What it complained about, or where it disagrees."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the plan is built on."""

    stated: tuple[Fact, ...] = ()
    ram: tuple[NodeMemory, ...] = ()
    importance: tuple[Importance, ...] = ()
    placement: tuple[NodeLoad, ...] = ()
    """Empty if it is not known where the domUs run."""
    simulator: SimulatorFact | None = None
    """None if no scheduler was asked."""


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Assumption:
    """A parameter that no file states."""

    name: str
    value: str
    unit: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file the plan was made from."""

    path: str
    """Within the backup."""
    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Reason:
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
