"""Any text survives every format of the overview."""

from __future__ import annotations

import json

from hypothesis import given

from cibtools.cli.outputs.formats import FLEET
from cibtools.fleet.compose import compose
from cibtools.fleet.record import CopyDrift, Member, Obstacle, State, TimeDrift
from tests.report.nasty import NASTY


@given(NASTY, NASTY, NASTY)
def test_any_text_survives(name: str, text: str, code: str) -> None:
    members = [
        Member(
            f"{name}{state.name}", name, 2, state, text, 2, 3, (Obstacle(code, text), Obstacle("", text)), 1, 60, 60,
            (CopyDrift(text, ((name,), (text,))),), TimeDrift(name, 2, (text,)), "",
        )
        for state in State
    ]  # fmt: skip
    fleet = compose(name, members, {}, 1)
    drawn = {form: FLEET.renderer(form)(fleet) for form in FLEET.names}
    assert drawn["html"].count("<script>") == drawn["html"].count("<style>") == 1
    assert [one["name"] for one in json.loads(drawn["json"])["clusters"]] == [one.name for one in fleet.members]
    rows = [
        line
        for line in drawn["md"].split("## Clusters", 1)[1].split("\n## Drift\n")[0].splitlines()
        if line[:2] == "| "
    ]
    assert len(rows) == 2 + len(members)
    assert not {"\x1b", "\u202e"} & {*drawn["html"], *drawn["md"]}
