"""The test plan: what a cluster has to survive before anybody depends on it, from harmless to destructive.

A test is in the plan only if the cluster has what it tests. Each names its purpose, how long it may take, what to keep
as evidence, and how everything is as before afterwards; after each the cluster has to be idle and without failures.
"""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.closing import closing
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.kinds.acceptance.case import TestCase
from cibtools.runbook.kinds.acceptance.domus import domu_tests
from cibtools.runbook.kinds.acceptance.fencing import fence_tests
from cibtools.runbook.kinds.acceptance.nodes import node_tests, quiet_tests
from cibtools.runbook.kinds.acceptance.whole import last_tests
from cibtools.runbook.plan.runbook import Phase, Table
from cibtools.runbook.plan.step import Check, Step


def acceptance_phases(draft: Draft, change_id: str) -> tuple[Phase, ...]:
    """All tests that apply, in the order of the harm they can do."""
    draft.gate("G-START", "May the tests begin?", prepare.start_gate(draft, ""))
    phases = [_prepare(draft, change_id)]
    groups = (
        ("P1", "Look", "nothing is disturbed", quiet_tests(draft)),
        ("P2", "Nodes and domUs, one at a time", "what an administrator does on any day", (
            *node_tests(draft), *domu_tests(draft),
        )),
        ("P3", "Fencing", "without this nothing that follows is safe", fence_tests(draft)),
        ("P4", "Failures of everything", "announced outages, at the end", last_tests(draft)),
    )  # fmt: skip
    table: list[tuple[str, ...]] = []
    for identity, title, purpose, found in groups:
        cases = tuple(found)
        if not cases:
            continue
        steps = [_checked(case) for case in cases]
        phase = new_phase(draft, identity, title, purpose, steps, rollback_to="P0", rollback_seconds=600)
        # Tests move domUs about; where each is afterwards nobody can say from the files.
        phase = replace(phase, state_after=())
        phases.append(phase)
        table += [(step.id, case.id, case.purpose, case.passed) for step, case in zip(phase.steps, cases, strict=True)]
    overview = Table("The tests, and when each is passed:", ("step", "test", "shows that", "passed if"), tuple(table))
    phases[0] = replace(phases[0], tables=(overview,))
    draft.gate("G-TESTED", "Is the cluster accepted?", (
        *(look(f"{row[1]} passed: ____") for row in table),
        look("what was not tested, and why: ____"),
    ))  # fmt: skip
    phases[-1] = replace(phases[-1], exit_gates=("G-TESTED",))
    return (*phases, replace(closing(draft, "P5"), state_after=()))


def _prepare(draft: Draft, change_id: str) -> Phase:
    steps = [prepare.working_directory(draft, change_id), prepare.look_around(draft),
             prepare.save_configuration(draft)]  # fmt: skip
    return new_phase(
        draft, "P0", "Preparation", "the state that every test has to end in", steps, exit_gates=("G-START",)
    )  # fmt: skip


def _checked(case: TestCase) -> Step:
    """The step of a test, with what has to hold after every test, and the evidence to keep."""
    after = (
        Check(text=f"passed: {case.passed}"),
        Check(text="afterwards: every node online, no Failed actions", command="crm_mon -1 -n -r",
              must_not_show=("Failed actions",)),
        Check(text=f'evidence in "$BK": {case.evidence}'),
    )  # fmt: skip
    return replace(case.step, verify=(*case.step.verify, *after))
