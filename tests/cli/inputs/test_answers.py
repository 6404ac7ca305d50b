"""An answer to a question that nobody asks is a typo that looks like consent."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import cli

CIB = """<cib><configuration><crm_config/><nodes/><resources><primitive id="web" class="stonith"
type="external/ssh"/></resources><constraints><rsc_location id="l" rsc="gone:0" node="n1" score="1"/></constraints>
</configuration></cib>
"""


def check(tmp_path: Path, accept: str, *words: str) -> tuple[int, str]:
    (tmp_path / "cib.xml").write_text(CIB)
    (tmp_path / "answers.toml").write_text(f'compare = "number"\naccept = {accept}\n')
    arguments = ["migrate", str(tmp_path / "cib.xml"), "--check", "--answers", str(tmp_path / "answers.toml"), *words]
    result = CliRunner().invoke(cli, arguments)
    return result.exit_code, result.stderr


@pytest.mark.parametrize("entry", ["M999:foo", "M999", "M043:wbe", "nonsense", "M034:"])
def test_an_entry_that_answers_nothing_is_refused(tmp_path: Path, entry: str) -> None:
    status, stderr = check(tmp_path, f'["{entry}"]')
    assert status == 2
    assert f'answers.toml:2: accept = ["{entry}"] answers no question about this input' in stderr


def test_the_near_one_is_suggested(tmp_path: Path) -> None:
    assert 'did you mean "M043:web"?' in check(tmp_path, '["M043:wbe"]')[1]


@pytest.mark.parametrize("accept", ['["M043:web"]', '["M043"]', '["M043", "M043:web"]', "[]"])
@pytest.mark.parametrize("stack", ["heartbeat", "openais"])
def test_an_entry_that_answers_something_is_taken(tmp_path: Path, accept: str, stack: str) -> None:
    status, stderr = check(tmp_path, accept, "--stack", stack)
    assert "answers no question" not in stderr
    assert status in (0, 1)
