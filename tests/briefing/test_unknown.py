"""The command beside a question exists in every release that may run, and only reads."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from cibtools.briefing.unknown import COMMANDS, unknown
from cibtools.rehearsal.tools.options import parse, spelling
from cibtools.runbook.plan.enums import Light
from tests.report.runbook.sample import sample

RELEASES = ("heartbeat-2.0.7", "heartbeat-2.1.3", "pacemaker-1.0.0", "pacemaker-1.0.3", "pacemaker-1.0.8")
READING = {"cibadmin": {"-Q", "-o"}, "crm_mon": {"-1", "-n", "-r"}, "crmadmin": {"-D"}}


@pytest.mark.parametrize("command", sorted(set(COMMANDS.values())))
def test_a_command_is_shell_and_its_options_are_of_every_release(command: str) -> None:
    subprocess.run(["bash", "-n", "-c", command], check=True)
    tool, *words = shlex.split(command.partition(" | ")[0])
    if tool in READING:
        for release in RELEASES:
            parse(words, spelling(release, tool))
        assert {word for word in words if word.startswith("-")} <= READING[tool]


def test_what_the_files_do_not_settle_is_asked_once_with_its_gate() -> None:
    asked = unknown(sample())
    assert [(one.gate, one.check, one.command) for one in asked] == [
        ("G-START", "P-02", "crmadmin -D"),
        ("G-START", "P-10", "xm info | grep memory"),
    ]
    assert all(one.reason for one in asked)
    states = {one.check: one.state for gate in sample().gates for one in gate.criteria}
    assert all(states[one.check] is Light.AMBER for one in asked)
