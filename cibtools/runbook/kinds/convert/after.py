"""After a conversion to SLE HA 11: the whole acceptance test, and a close that throws nothing old away too early."""

from __future__ import annotations

from dataclasses import replace

from cibtools.runbook.blocks.closing import closing
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.kinds.convert.storage import NEW
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Duration, Risk, Rollback, Soak, Step


def accept(draft: Draft, converted: str) -> tuple[Phase, ...]:
    """P7 and P8: the whole acceptance test, since everything has changed, and nothing old is thrown away too early."""
    each = Console(NEW, "each node")
    wait = draft.survey.parameters.soak_all
    tests = Step(
        "", "Run the whole acceptance test", "all nodes", NEW,
        (
            Console(NEW, "admin host").shell('cibtools runbook acceptance "${BACKUP:?a backup of the new state}"'),
            each.shell("chkconfig openais on", CommandKind.CHANGE),
        ),
        "every test is passed, and the stack starts at boot",
        (
            Check("all tests of the plan are passed"),
            Check("on", "chkconfig --list openais", "each node", ("3:on", "5:on")),
            Check("off: Pacemaker starts them", "chkconfig --list o2cb; chkconfig --list ocfs2", "each node",
                  ("3:off",)),
        ),
        Duration(14400, 28800, 28800, "the tests name their times"),
        Rollback(Way.POSSIBLE, "off again", (each.shell("chkconfig openais off", CommandKind.CHANGE),), "", 60),
        Risk(RiskLevel.MEDIUM, "each test names its own"),
    )  # fmt: skip
    phase = new_phase(
        draft, "P7", "Acceptance", "everything has changed, so everything is tested", [tests],
        soak=Soak(wait, wait), rollback_to="P6", rollback_seconds=600, tools=NEW,
    )  # fmt: skip
    end = closing(draft, "P8", NEW, converted)
    keep = Check("vm.local, hb_uuid, hostcache, images and metadata are kept for 30 days more: until ______")
    steps = (*end.steps[:-1], replace(end.steps[-1], verify=(*end.steps[-1].verify, keep)))
    return phase, replace(end, steps=steps)
