"""What a step says had no effect had none on the engine of heartbeat 2.1.3, and has none in the result."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cibtools.cli.planning.simulator import Simulator
from cibtools.migrate.answers import Answers
from cibtools.migrate.pipeline import steps_for
from cibtools.migrate.proof.scenario import with_idle_status
from tests.migrate.lab import migrated, whole
from tests.migrate.plans import decided_for, settled

PAIRS = tomllib.loads(Path(__file__).with_name("inert.toml").read_text(encoding="utf-8"))["pair"]
NOON = datetime(2008, 9, 1, 12)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['step']}: {pair['name']}")
def test_the_step_says_it_and_names_its_witness(pair: dict[str, Any]) -> None:
    assert pair["step"] in {note.step for note in migrated(whole(pair["cib"])).notes}
    assert pair["step"] not in {note.step for note in migrated(whole(pair["other"])).notes}
    functions = [step.function for step in steps_for(Answers()) if pair["step"] in step.numbers]
    assert any("inert.toml" in (function.__doc__ or "") for function in functions)


def test_what_pacemaker_takes_all_the_same_is_asked() -> None:
    for pair in (pair for pair in PAIRS if pair.get("asked")):
        assert pair["step"] in {change.step for change in migrated(whole(pair["cib"])).decisions}


@pytest.mark.slow
@pytest.mark.pacemaker
def test_the_result_decides_as_the_old_engine_did_with_it_and_without(simulator: Simulator) -> None:
    otherwise = [
        f"{pair['step']}: {pair['name']}"
        for pair in PAIRS
        for text in (pair["other"], *([] if pair.get("asked") else [pair["cib"]]))
        if decided_for(with_idle_status(migrated(whole(text)).top, ()), simulator, NOON) != settled(pair["decided"])
    ]
    assert otherwise == []
