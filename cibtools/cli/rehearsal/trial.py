"""Trials: a step is done while something goes wrong, or done and taken back, and all is put as it was before.

Required of every step: whoever follows it notices that something is wrong, nothing more is changed from then on, and
its way back, taken from there, gives back what runs, without more domUs on a node than its memory holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from msgspec import Struct

from cibtools.cli.rehearsal.answer import CHANGED, Answerer
from cibtools.cli.rehearsal.operator import Operator, batches
from cibtools.cli.rehearsal.places import machines
from cibtools.cli.rehearsal.record import Record, Surprise
from cibtools.rehearsal import edit
from cibtools.rehearsal.fault import Fault
from cibtools.rehearsal.world import World
from cibtools.runbook.plan.enums import CommandKind, Way
from cibtools.runbook.plan.runbook import Runbook
from cibtools.runbook.plan.step import Command, Step

_BACK = "way back"
_TOOLS = (
    "crm_standby",
    "crm_resource",
    "crm_attribute",
    "cibadmin",
    "crmadmin",
    "rcheartbeat",
    "rcopenais",
    "rpm",
    "mv",
)
"""What may be missing: the tools that steps change with, and the one that waits ask."""


class _Kept(Struct, frozen=True):
    """How things stood."""

    world: World
    status: etree._Element
    files: Path


class Trials:
    """Tries each step of a runbook before it is done for good."""

    def __init__(self, operator: Operator, answerer: Answerer) -> None:
        self.operator = operator
        self.answerer = answerer
        self.found: list[Surprise] = []
        self.done = 0
        """Trials so far."""
        self._shapes: set[str] = set()

    def work(self, plan: Runbook) -> Record:
        """Do the runbook, with the trials of each kind of step before the step."""
        steps = [step for phase in plan.phases for step in phase.steps]
        for number, step in enumerate(steps):
            if step.changes and self._is_new(step):
                for fault, tool in self._faults(step):
                    self._try(step, fault, tool, steps[number + 1 : number + 2])
                self._try(step, None, "", [])
            self.operator.do(step)
        record = self.operator.record
        record.surprises += self.found
        return record

    def _is_new(self, step: Step) -> bool:
        """True for the first step of its shape: what differs in names only is tried once."""
        text = "\n".join(command.text for command in step.commands)
        for name in sorted((*self.operator.world.nodes, *self.operator.world.domus), key=len, reverse=True):
            text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", "_", text)
        shape = re.sub(r"\d+", "0", text)
        new = shape not in self._shapes
        self._shapes.add(shape)
        return new

    def _faults(self, step: Step) -> Iterator[tuple[Fault, str]]:
        text = "\n".join(command.text for command in step.commands if command.kind is not CommandKind.READ)
        for fault in Fault:
            if fault is Fault.MISSING:
                yield from ((fault, tool) for tool in _TOOLS if re.search(rf"\b{tool}\b", text))
            elif fault is not Fault.ASKS or "scp " in text:
                yield fault, ""

    def _try(self, step: Step, fault: Fault | None, tool: str, later: list[Step]) -> None:
        kept, told = self._keep(), self.operator.record
        outermost = self.operator.stage.outermost()
        self.operator.take_up()
        self._arm(fault, tool)
        self.operator.record = record = Record()
        self.answerer.watches = True
        failures = list(self.answerer.failures)
        after = self._follow(step)
        happened = self._happened(fault)
        if happened and not record.surprises and later:
            # What one step starts, the next one may wait for.
            after = self._follow(later[0])
        noticed = bool(record.surprises)
        self._disarm(fault, tool)
        words = f"{fault.value}{f' ({tool})' if tool else ''}" if fault else "taken back"
        if after:
            self._note(step, f"{words}: changes after it was noticed", "\n".join(after))
        if fault is Fault.DC:
            for surprise in record.surprises:
                self._note(step, f"{words}: {surprise.what}", surprise.shown)
        if happened and not noticed:
            self._note(step, f"{words}: goes unnoticed", "")
        if fault is Fault.SESSION and self.operator.stage.outermost() != outermost:
            new = sorted(self.operator.stage.outermost() - outermost)
            self._note(step, f"{words}: writes to / instead of the working directory", "\n".join(new))
        if fault is not Fault.DC and step.rollback.way is Way.POSSIBLE and not (fault and not (happened or noticed)):
            self._take_back(step, kept.world, words)
        self.answerer.failures[:] = failures
        self._give_back(kept)
        self.operator.record = told
        self.done += 1

    def _arm(self, fault: Fault | None, tool: str) -> None:
        stage = self.operator.stage
        self.operator.world.fault = fault
        if fault is Fault.MISSING:
            stage.hide(tool)
        elif fault is Fault.ASKS:
            stage.set_asking(asks=True)
        elif fault is Fault.SESSION:
            self.operator.forget()

    def _disarm(self, fault: Fault | None, tool: str) -> None:
        stage, reaction = self.operator.stage, self.operator.reaction
        reaction.world.fault, reaction.world.stuck = None, False
        if fault is Fault.MISSING:
            stage.show(tool)
        elif fault is Fault.ASKS:
            stage.set_asking(asks=False)
        reaction.settle()

    def _happened(self, fault: Fault | None) -> bool:
        """True if there was an occasion for the fault, and it has to be noticed."""
        world = self.operator.world
        match fault:
            case Fault.HANG:
                return world.stuck
            case Fault.MIGRATION:
                return bool(world.failures)
            case _:
                return False

    def _follow(self, step: Step) -> list[str]:
        """Do a step until something is noticed, and the rest of that block; return what is changed after that."""
        operator = self.operator
        for place, commands in batches(step.commands):
            for node in machines(operator.world, step, place):
                late = self._block(step, node, commands)
                if operator.record.surprises:
                    return late
        for check in step.verify:
            if check.command:
                operator.check(step, check)
        return []

    def _block(self, step: Step, node: str, commands: tuple[Command, ...]) -> list[str]:
        """Paste a block command by command; return the changes after something was noticed in it."""
        operator = self.operator
        late: list[str] = []
        trouble = False
        for command in commands:
            noticed = trouble
            if not operator.answers(node):
                operator.note(step, f"{node} does not answer", "")
                return late
            pasted = operator.enter(step, node, (command,))[-1]
            operator.judge(step, command, pasted)
            trouble = trouble or (command.kind is not CommandKind.READ and bool(operator.record.surprises))
            told = pasted.output if noticed else _after_trouble(pasted.output)
            late += [line for line in told.splitlines() if line.startswith(CHANGED)]
        return late

    def _take_back(self, step: Step, before: World, words: str) -> None:
        """Follow the way back, and hold what it leaves against how things stood before the step."""
        operator = self.operator
        operator.record = record = Record()
        migrated = len(operator.world.migrations)
        for place, commands in batches(step.rollback.commands):
            for node in machines(operator.world, step, place):
                if operator.answers(node):
                    for command in commands:
                        operator.judge(step, command, operator.enter(step, node, (command,))[-1])
        for surprise in record.surprises:
            self._note(step, f"{words}, {_BACK}: {surprise.what}", surprise.shown)
        for problem in _broken_promises(operator, before, migrated):
            self._note(step, f"{words}, {_BACK}: {problem}", "")

    def _note(self, step: Step, what: str, shown: str) -> None:
        self.found.append(Surprise(step.id, what, shown))

    def _keep(self) -> _Kept:
        operator = self.operator
        operator.put_aside()
        return _Kept(operator.world.copy(), operator.reaction.status, operator.stage.save())

    def _give_back(self, kept: _Kept) -> None:
        operator = self.operator
        operator.close()
        operator.stage.restore(kept.files)
        self.answerer.display.forget()
        operator.reaction.world, operator.reaction.status = kept.world, kept.status
        operator.take_up()
        self.answerer.watches = False


def _after_trouble(output: str) -> str:
    """Return what was printed after the shell gave up, or did not find a tool."""
    found = re.search(r"^bash: .*(?:STOP|command not found).*$", output, re.MULTILINE)
    return output[found.end() :] if found else ""


def _broken_promises(operator: Operator, before: World, migrated: int) -> Iterator[str]:
    """Tell what is not as it was: what runs, what is held back, and what does not fit."""
    world = operator.world
    lost = sorted(domu for domu in operator.domus if before.where(domu) and not world.where(domu))
    if lost:
        yield f"{', '.join(lost)} ran before and do not run now"
    yield from world.overfull()
    for name in world.nodes:
        if edit.is_standby(world, name) != edit.is_standby(before, name):
            yield f"{name} is {'still' if edit.is_standby(world, name) else 'no more'} in standby"
    for domu, old, new in world.migrations[migrated:]:
        if world.nodes[old].booted_new and not world.nodes[new].booted_new:
            yield f"{domu} migrates live from {old} to {new}, which has the older hypervisor"
