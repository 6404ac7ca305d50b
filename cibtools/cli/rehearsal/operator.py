"""The operator of a rehearsal: pastes every block of a runbook in order, and reads what the checks name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from cibtools.cli.rehearsal.hands import Hands
from cibtools.cli.rehearsal.places import machines
from cibtools.cli.rehearsal.record import Record, Surprise
from cibtools.cli.rehearsal.session import Paste, Session
from cibtools.cli.rehearsal.stage import ADMIN, Stage
from cibtools.rehearsal.membership import pass_time
from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.world import BOOT, World
from cibtools.runbook.plan.enums import CommandKind
from cibtools.runbook.plan.runbook import Phase, Runbook
from cibtools.runbook.plan.step import Check, Command, Step

_NOT_FOUND = 127
"""Exit status of a shell that does not find a command."""
_WATCHES = ("tail -f ",)
"""How commands begin that run until the operator has seen enough."""
_OPTIONAL = "(optional"
"""What the title of a step says that may be left out."""


class Operator:
    """Works through a runbook on a stage."""

    def __init__(self, stage: Stage, reaction: Reaction, variables: Mapping[str, str]) -> None:
        self.stage = stage
        self.reaction = reaction
        self.variables = dict(variables)
        self.hands = Hands(stage, reaction)
        self.record = Record()
        self.domus = frozenset(reaction.world.domus)
        """The domUs of the plan; others are started by hand."""
        self._free: set[str] = set()
        """DomUs that an optional step has moved, which a plan does not foretell."""
        self._sessions: dict[str, Session] = {}
        self._aside: dict[str, str] = {}
        self._resumed: dict[str, str] = {}
        """What gives a new session the variables of an old one."""

    @property
    def world(self) -> World:
        """The model as it is now."""
        return self.reaction.world

    def put_aside(self) -> None:
        """Note the variables and the directory of every session, and end them all."""
        for node, session in self._sessions.items():
            self._aside[node] = session.variables()
        self.close()

    def take_up(self) -> None:
        """Let new sessions begin as the ones were that were put aside."""
        self._resumed = dict(self._aside)

    def forget(self) -> None:
        """Begin with new sessions."""
        self._resumed = {}

    def answers(self, node: str) -> bool:
        """Tell whether anybody can work on a machine."""
        self._await(node)
        found = self.world.nodes.get(node)
        return found is None or found.powered

    def close(self) -> None:
        """End all sessions."""
        for session in self._sessions.values():
            session.end()
        self._sessions.clear()

    def work(self, plan: Runbook) -> Record:
        """Do the phases in order."""
        for phase in plan.phases:
            for step in phase.steps:
                before = dict(self.world.running)
                self.do(step)
                self._weigh(step)
                if step.predicted:
                    # Where two forecasts differ, the plan says so.
                    self._free.update(move.rsc for move in step.predicted.differs)
                if _OPTIONAL in step.title:
                    moved = (domu for domu in self.domus if self.world.running.get(domu) != before.get(domu))
                    self._free.update(moved)
            self._compare(phase)
        return self.record

    def do(self, step: Step) -> None:
        """Paste the blocks of a step, then read its checks."""
        for place, commands in batches(step.commands):
            self.run(step, place, commands)
        for check in step.verify:
            if check.command:
                self.check(step, check)
            else:
                self.record.skipped.append(f"{step.id}: {check.text}")

    def run(self, step: Step, place: str, commands: tuple[Command, ...]) -> None:
        """Paste one block everywhere it belongs, and judge what came of each command."""
        nodes = machines(self.world, step, place)
        if not nodes or commands[0].text.startswith(_WATCHES):
            self.record.skipped.append(f"{step.id}: on {place or step.where}: {_first(commands[0].text)}")
            return
        for node in nodes:
            for command, pasted in zip(commands, self.enter(step, node, commands), strict=False):
                self.judge(step, command, pasted)

    def enter(self, step: Step, node: str, commands: tuple[Command, ...]) -> list[Paste]:
        """Paste commands on a machine in one go, or do what they ask a person to do."""
        self._await(node)
        renewed = node in self.world.nodes and self.world.nodes[node].renewed
        if len(commands) == 1 and self.hands.do(node, commands[0].text, step):
            if node in self.world.nodes and self.world.nodes[node].renewed != renewed:
                # With the old system its shell is gone.
                self._end(node)
            return [Paste("", 0)]
        return self.paste(node, [one.text for one in commands])

    def paste(self, node: str, texts: list[str]) -> list[Paste]:
        """Paste texts on a machine in one go."""
        self._await(node)
        if node not in self._sessions:
            self._sessions[node] = Session(self.stage, node, {**self.variables, **self._backup()})
            if node in self._resumed:
                self._sessions[node].paste([self._resumed.pop(node)])
        self.record.blocks += len(texts)
        found = self._sessions[node].paste(texts)
        boots = node in self.world.nodes and self.world.nodes[node].returns_at is not None
        if found[-1].status == -1 or boots:
            # The operator opens a new shell: with the node, or what held the terminal, the old one is gone.
            self._end(node)
        return found

    def _end(self, node: str) -> None:
        if node in self._sessions:
            self._sessions.pop(node).end()
        self._aside.pop(node, None)
        self._resumed.pop(node, None)

    def _backup(self) -> dict[str, str]:
        """Return the name of the backup, once there is one with the CIB in it."""
        found = sorted(self.stage.root(ADMIN).glob("root/*/cib.full.xml"))
        return {"BACKUP": found[0].parent.name} if found and "BACKUP" not in self.variables else {}

    def _await(self, node: str) -> None:
        """Wait for a node that boots."""
        found = self.world.nodes.get(node)
        if found and found.returns_at is not None:
            pass_time(self.reaction, BOOT)
            if node in self._sessions:
                self._sessions.pop(node).end()

    def judge(self, step: Step, command: Command, pasted: Paste) -> None:
        """Note what an operator would stumble over: a tool or file that is not there, a change that fails."""
        must_succeed = command.kind.changes or command.kind is CommandKind.WAIT
        if pasted.status == -1:
            self._note(step, f"does not end: {_first(command.text)}", pasted)
        elif pasted.status == _NOT_FOUND or "command not found" in pasted.output:
            self._note(step, f"a command is not there: {_first(command.text)}", pasted)
        elif any("No such file or directory" in line and "Warning:" not in line for line in pasted.output.splitlines()):
            self._note(step, f"a file is not there: {_first(command.text)}", pasted)
        elif "MISSING" in pasted.output:
            self._note(step, f"something is MISSING: {_first(command.text)}", pasted)
        elif "Error performing operation" in pasted.output and must_succeed:
            self._note(step, f"the tool complains: {_first(command.text)}", pasted)
        elif any(line.startswith("bash: ") for line in pasted.output.splitlines()):
            self._note(step, f"the shell complains: {_first(command.text)}", pasted)
        elif pasted.status > 1 or (pasted.status and must_succeed):
            self._note(step, f"ends with status {pasted.status}: {_first(command.text)}", pasted)

    def check(self, step: Step, check: Check) -> None:
        """Paste the command of a check, and read what it shows."""
        for node in machines(self.world, step, check.run_on):
            self.record.checks += 1
            pasted = self.paste(node, [check.command])[-1]
            missing = [text for text in check.look_for if text not in pasted.output]
            shown = [text for text in check.must_not_show if _has_word(text, pasted.output)]
            if missing:
                self._note(step, f"does not show {', '.join(missing)}: {_first(check.command)}", pasted)
            if shown:
                self._note(step, f"shows {', '.join(shown)}: {_first(check.command)}", pasted)

    def _weigh(self, step: Step) -> None:
        """Hold the memory of the domUs on each node against what it has."""
        for problem in self.world.overfull():
            self.note(step, problem, "")

    def _compare(self, phase: Phase) -> None:
        """Hold the placement that the plan predicts against that of the model."""
        told = self.domus.union(*(load.domus for load in phase.state_after)) - self._free
        for load in phase.state_after:
            here = {domu for domu in told if load.node in self.world.where(domu)}
            if odd := sorted(here ^ (told & set(load.domus))):
                self.record.surprises.append(
                    Surprise(phase.id, f"placement on {load.node} differs in {', '.join(odd)}")
                )

    def _note(self, step: Step, what: str, pasted: Paste) -> None:
        self.note(step, what, pasted.output)

    def note(self, step: Step, what: str, shown: str) -> None:
        """Write a surprise down, with the end of what was shown."""
        self.record.surprises.append(Surprise(step.id, what, shown.strip()[-300:]))


def batches(commands: Iterable[Command]) -> list[tuple[str, tuple[Command, ...]]]:
    """Return the commands in the blocks that are pasted in one go, with their places."""
    numbered: list[tuple[int, Command]] = []
    number = 0
    for command in commands:
        alone = command.alone
        number += alone
        numbered.append((number, command))
        number += alone or command.text.splitlines()[-1] == "reboot"
    groups = groupby(numbered, key=lambda one: (one[1].run_on, one[0]))
    return [(place, tuple(command for _, command in group)) for (place, _), group in groups]


def _has_word(text: str, output: str) -> bool:
    """Tell whether a text is shown, and not only as a part of a longer word: a domU may be called `a`."""
    return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", output) is not None


def _first(text: str) -> str:
    first, *rest = text.splitlines()
    return f"{first} …" if rest else first
