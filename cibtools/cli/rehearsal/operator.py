"""The operator of a rehearsal: pastes every block of a runbook in order, and reads what the checks name."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from cibtools.cli.rehearsal.session import Paste, Session
from cibtools.cli.rehearsal.stage import Stage
from cibtools.rehearsal.world import World
from cibtools.runbook.plan.enums import CommandKind
from cibtools.runbook.plan.runbook import Phase, Runbook
from cibtools.runbook.plan.step import Check, Command, Step

_NOT_FOUND = 127
"""Exit status of a shell that does not find a command."""
_WATCHES = ("tail -f ",)
"""How commands begin that run until the operator has seen enough."""


class Surprise(Struct, frozen=True):
    """What did not come out as the runbook says."""

    step: str
    what: str
    shown: str = ""
    """What was printed, the end of it."""


class Record(Struct):
    """What came of a rehearsal."""

    blocks: int = 0
    """Pasted texts."""
    checks: int = 0
    """Checks with a command whose output was read."""
    skipped: list[str] = field(default_factory=list)
    """What only a person, a guest or another machine can do."""
    surprises: list[Surprise] = field(default_factory=list)


class Operator:
    """Works through a runbook on a stage."""

    def __init__(self, stage: Stage, world: World) -> None:
        self.stage = stage
        self.world = world
        self.record = Record()
        self._sessions: dict[str, Session] = {}

    def close(self) -> None:
        """End all sessions."""
        for session in self._sessions.values():
            session.end()

    def work(self, plan: Runbook) -> Record:
        """Do the phases in order."""
        for phase in plan.phases:
            for step in phase.steps:
                self._do(step)
            self._compare(phase)
        return self.record

    def _do(self, step: Step) -> None:
        for command in step.commands:
            if command.text.startswith(_WATCHES):
                self.record.skipped.append(f"{step.id}: {command.text}")
                continue
            for node in self._places(step, command.run_on, command.text):
                pasted = self._paste(node, command.text)
                self._judge(step, command, pasted)
                if command.text.strip() == "reboot" and node in self._sessions:
                    self._sessions.pop(node).end()
        for check in step.verify:
            if check.command:
                self._check(step, check)
            else:
                self.record.skipped.append(f"{step.id}: {check.text}")

    def _places(self, step: Step, run_on: str, text: str) -> Iterator[str]:
        """Return the nodes on which a text is pasted."""
        place = (run_on or step.where).removeprefix("console of ")
        named = [name for name in self.world.nodes if place == name or place.startswith((f"{name} ", f"{name},"))]
        if named:
            yield named[0]
        elif place.startswith(("each node", "all nodes", "each of these nodes")):
            yield from (name for name, node in self.world.nodes.items() if node.powered)
        else:
            self.record.skipped.append(f"{step.id}: on {place}: {text.splitlines()[0]}")

    def _paste(self, node: str, text: str) -> Paste:
        if node not in self._sessions:
            self._sessions[node] = Session(self.stage, node)
        self.record.blocks += 1
        pasted = self._sessions[node].paste(text)
        if pasted.status == -1:
            # The operator opens a new shell.
            del self._sessions[node]
        return pasted

    def _judge(self, step: Step, command: Command, pasted: Paste) -> None:
        """Note what an operator would stumble over: a tool or file that is not there, a change that fails."""
        if pasted.status == -1:
            self._note(step, f"does not end: {_first(command.text)}", pasted)
        elif pasted.status == _NOT_FOUND or "command not found" in pasted.output:
            self._note(step, f"a command is not there: {_first(command.text)}", pasted)
        elif "No such file or directory" in pasted.output:
            self._note(step, f"a file is not there: {_first(command.text)}", pasted)
        elif pasted.status and command.kind in (CommandKind.CHANGE, CommandKind.DESTRUCTIVE, CommandKind.WAIT):
            self._note(step, f"ends with status {pasted.status}: {_first(command.text)}", pasted)

    def _check(self, step: Step, check: Check) -> None:
        for node in self._places(step, check.run_on, check.command):
            self.record.checks += 1
            pasted = self._paste(node, check.command)
            missing = [text for text in check.look_for if text not in pasted.output]
            shown = [text for text in check.must_not_show if text in pasted.output]
            if missing:
                self._note(step, f"does not show {', '.join(missing)}: {_first(check.command)}", pasted)
            if shown:
                self._note(step, f"shows {', '.join(shown)}: {_first(check.command)}", pasted)

    def _compare(self, phase: Phase) -> None:
        """Hold the placement that the plan predicts against that of the model."""
        for load in phase.state_after:
            here = {domu for domu in self.world.domus if load.node in self.world.where(domu)}
            if here != set(load.domus):
                odd = ", ".join(sorted(here ^ set(load.domus)))
                self.record.surprises.append(Surprise(phase.id, f"placement on {load.node} differs in {odd}"))

    def _note(self, step: Step, what: str, pasted: Paste) -> None:
        self.record.surprises.append(Surprise(step.id, what, pasted.output.strip()[-300:]))


def _first(text: str) -> str:
    first, *rest = text.splitlines()
    return f"{first} …" if rest else first
