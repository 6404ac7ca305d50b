"""One test of a test plan: a step of the plan, with its number, its purpose and what passing means."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.plan.enums import RiskLevel, StopKind, Way, Who
from cibtools.runbook.plan.step import Caution, Command, Decision, Duration, Risk, Rollback, Step


class TestCase(Struct, frozen=True):
    """One test."""

    __test__ = False

    id: str
    """`T-05`, with the node or domU where there are several."""
    purpose: str
    passed: str
    evidence: str
    step: Step


class Recipe(Struct, frozen=True):
    """What a test does, before it becomes a step."""

    where: str
    commands: tuple[Command, ...]
    expect: str
    duration: Duration
    restore: tuple[Command, ...] = ()
    """Empty if the test ends as it began."""
    restored: str = ""
    risk: str = ""
    level: RiskLevel = RiskLevel.LOW
    go: tuple[str, ...] = ()
    """What has to hold before the test; a test that destroys something always has it."""
    cautions: tuple[Caution, ...] = ()
    second: bool = False
    gate: str = ""
    """The gate of the runbook that is decided before the test, if it is one."""


def case(draft: Draft, number: str, purpose: str, passed: str, evidence: str, recipe: Recipe) -> TestCase:
    """A test with its step."""
    reads = recipe.level is RiskLevel.NONE
    back = (
        Rollback(way=Way.NOT_NEEDED, text="read only")
        if reads
        else Rollback(
            way=Way.POSSIBLE,
            text=recipe.restored or "the test ends as it began",
            commands=recipe.restore,
            proof="crm_mon -1 -n -r",
            seconds=120,
        )
    )
    step = Step(
        title=f"{number}: {purpose}"[:72],
        where=recipe.where,
        tools=draft.tools,
        commands=recipe.commands,
        expect=recipe.expect,
        verify=(),
        duration=recipe.duration,
        rollback=back,
        risk=Risk(level=recipe.level, text=recipe.risk),
        decision=Decision(kind=StopKind.GO, gate=recipe.gate, questions=recipe.go) if recipe.go else Decision(),
        warnings=recipe.cautions,
        who=Who.SECOND if recipe.second else Who.OPERATOR,
    )
    return TestCase(number, purpose, passed, evidence, step)


def waited(draft: Draft, node: str = "") -> tuple[Command, ...]:
    """Wait until the cluster has finished, and show it; from another node than this one."""
    console = draft.console(node)
    return (console.wait_idle(600), console.status_by_node())


def seen(draft: Draft, node: str, state: str, limit: int) -> Command:
    """Wait until another node shows this one in a state, such as `standby`, or `OFFLINE|UNCLEAN`."""
    console = draft.console(node)
    ask = f"crm_mon -1 -n | grep -E {quoted(f'Node:? {re.escape(node)}[ :]')} | grep -qE {quoted(state)}"
    return console.wait(ask, limit, "crm_mon -1 -n")


def stack(draft: Draft, node: str, action: str) -> Command:
    """Start or stop the stack that this cluster runs on."""
    return on(draft, node).stack(action, openais=draft.survey.openais)


def if_empty(command: Command) -> Command:
    """Run a command only if nothing but Domain-0 is there: whoever pastes several lines cannot look in between."""
    text = (
        "xm list\n"
        'if [ "$(xm list | wc -l)" -eq 2 ]; then\n'
        f"  {command.text}\nelse\n"
        '  echo "stop here: this node is not empty"\nfi'
    )
    return replace(command, text=text)


def on(draft: Draft, node: str) -> Console:
    """A shell on a node."""
    return Console(draft.tools, node)
