"""Who can go back to the old node: within its memory, and not where a constraint bans it."""

from __future__ import annotations

import pytest

from cibtools.runbook.estimate.returning import returning
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from tests.runbook.lab import Domu, Paper, runbook_of, steps

DOMUS = (Domu("big", 2000), Domu("small", 500), Domu("other", 2000, node=1))
BAN = '<rsc_location id="ban" rsc="small"><rule id="b" score="-INFINITY"><expression id="be" attribute="#uname" {}/>'
BAN = BAN.format('operation="eq" value="host1"') + "</rule></rsc_location>"


@pytest.mark.parametrize(
    ("ram", "constraints", "taken"),
    [
        (8000, "", ["big", "small", "other"]),
        (4000, "", ["big", "small"]),
        (3700, "", ["big", "small"]),
        (3000, "", ["small"]),
        (8000, BAN, ["big", "other"]),
        (None, "", ["big", "small", "other"]),
    ],
)
def test_the_first_ones_first(ram: int | None, constraints: str, taken: list[str]) -> None:
    wishes = Wishes(node_ram=(("host1", ram),) if ram else ())
    seen = survey(Paper(domus=DOMUS, constraints=constraints).cluster(), wishes, Parameters())
    found = returning(seen, "host1", seen.guests)
    assert [guest.id for guest in found.taken] == taken
    assert {guest.id for guest, _ in found.left} == {"big", "small", "other"} - set(taken)
    assert all(why for _, why in found.left)


def test_a_domu_without_a_way_back_is_named_before_the_point_of_no_return() -> None:
    domus = tuple(Domu(f"d{number}", 1000, node=number % 3) for number in range(6))
    wishes = Wishes(node_ram=tuple((f"host{number}", 5000) for number in (1, 2, 3)), nodes=("host1", "host2", "host3"))
    plan = runbook_of("patch", Paper(nodes=3, domus=domus).cluster(), wishes)
    (step,) = [one for one in steps(plan) if any(caution.rule == "NO-WAY-BACK" for caution in one.warnings)]
    commands = "\n".join(command.text for command in step.rollback.commands)
    moved = [domu.name for domu in domus if f"crm_resource -M -r {domu.name} -H host3" in commands]
    assert len(moved) == 3
    left = next(caution.text for caution in step.warnings if caution.rule == "NO-WAY-BACK")
    assert all((domu.name in left) is (domu.name not in moved) for domu in domus)
