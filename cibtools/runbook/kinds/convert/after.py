"""After a conversion to SLE HA 11: the whole acceptance test, and a close that throws nothing old away too early."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks.closing import closing
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import DIRECTORY, quoted
from cibtools.runbook.kinds.convert.storage import NEW
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Duration, Risk, Rollback, Soak, Step


def accept(draft: Draft, converted: str, change_id: str) -> tuple[Phase, ...]:
    """P7 and P8: the whole acceptance test, since everything has changed, and nothing old is thrown away too early."""
    each, admin = Console(NEW, "each node"), Console(NEW, "admin host")
    node, new = draft.nodes[0], quoted(f"new-{change_id}")
    wait = draft.survey.parameters.soak_all
    tests = Step(
        title="Run the whole acceptance test", where="all nodes", tools=NEW,
        commands=(
            Console(NEW, node).save_cib("cib.new.xml"),
            admin.shell(f"mkdir -p {new} && scp -p {quoted(f'{node}:{DIRECTORY}/{change_id}/cib.new.xml')} {new}/"),
            admin.shell(f"cibtools runbook acceptance {new} -o {quoted(f'acceptance-{change_id}.md')}"),
            each.shell("chkconfig openais on", CommandKind.CHANGE),
        ),
        expect="every test is passed, and the stack starts at boot",
        verify=(
            Check(text="all tests of the plan are passed"),
            Check(text="on", command="chkconfig --list openais", run_on="each node", look_for=("3:on", "5:on")),
            Check(text="off: Pacemaker starts them", command="chkconfig --list o2cb; chkconfig --list ocfs2",
                  run_on="each node",
                  look_for=("3:off",)),
        ),
        duration=Duration(nominal=14400, limit=28800, hard=28800, basis="the tests name their times"),
        rollback=Rollback(way=Way.POSSIBLE, text="off again",
                          commands=(each.shell("chkconfig openais off", CommandKind.CHANGE),), proof="", seconds=60),
        risk=Risk(level=RiskLevel.MEDIUM, text="each test names its own"),
    )  # fmt: skip
    phase = new_phase(
        draft, "P7", "Acceptance", "everything has changed, so everything is tested", [tests],
        soak=Soak(min=wait, recommended=wait), rollback_to="P6", rollback_seconds=600, tools=NEW,
    )  # fmt: skip
    end = closing(draft, "P8", NEW, converted, change_id)
    keep = Check(text="vm.local, hb_uuid, hostcache, images and metadata are kept for 30 days more: until ______")
    steps = (*end.steps[:-1], replace(end.steps[-1], verify=(*end.steps[-1].verify, keep)))
    return phase, replace(end, steps=steps)
