"""Rule files as a registry: one new file is a rule, and what it supersedes stands in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cibtools.cli.inputs.select import select_rules
from cibtools.errors import RuleError
from cibtools.lint.catalogue.load import build_catalogue
from cibtools.lint.catalogue.table import Table
from cibtools.report.lint.rulepage import text_page

NEW = """\
code = "TST001"
name = "description-missing"
summary = "A primitive has no description"
severity = "info"
dialects = ["hb2"]
supersedes = ["CIB501"]
rationale = "The next administrator does not know what it is for."
remedy = "Add a description."

[[match]]
context = "primitive"
test = "not(@description)"
message = "primitive '{@id}' has no description"

[[match]]
context = "primitive"
at = "id"
test = "not(@description)"

[[bad]]
cib = '<primitive id="a" class="lsb" type="cron"/>'
[[good]]
cib = '<primitive id="a" class="lsb" type="cron" description="jobs"/>'
"""


@pytest.mark.slow
def test_a_rule_is_one_new_file_and_no_edit_elsewhere(repo: Path, tmp_path: Path) -> None:
    for folder in ("cibtools", "rules", "schemas"):
        shutil.copytree(repo / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "rules" / "TST001-description-missing.toml").write_text(NEW)
    (tmp_path / "cib.xml").write_text('<resources><primitive id="a" class="lsb" type="cron"/></resources>')

    def cibtools(*arguments: str) -> str:
        run = subprocess.run(
            [sys.executable, "-m", "cibtools", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode in (0, 1), run.stderr
        return run.stdout

    found = json.loads(cibtools("lint", "cib.xml", "--format", "json"))["findings"]
    assert {(one["code"], one["location"]["column"] > 12) for one in found} == {("TST001", False), ("TST001", True)}
    assert "reported instead of: CIB501" in cibtools("explain", "TST001")
    assert "TST001  info" in cibtools("rules")
    sarif = json.loads(cibtools("lint", "cib.xml", "--format", "sarif"))["runs"][0]
    assert "TST001" in {rule["id"] for rule in sarif["tool"]["driver"]["rules"]}
    (tmp_path / "own").mkdir()
    shutil.move(tmp_path / "rules" / "TST001-description-missing.toml", tmp_path / "own")
    assert cibtools("rules", "test", "own") == "2 examples as expected\n"


def small(code: str, *supersedes: str) -> Table:
    return {
        "code": code, "name": "some-rule", "summary": "S", "severity": "error", "rationale": "R", "message": "M",
        "supersedes": list(supersedes), "match": [{"context": "a", "test": "1"}],
        "bad": [{"cib": "<a/>"}], "good": [{"cib": "<b/>"}],
    }  # fmt: skip


def test_what_a_rule_supersedes_may_be_elsewhere_or_nowhere() -> None:
    (rule,) = build_catalogue({"a.toml": small("TST001", "TST002")})
    assert rule.supersedes == ("TST002",)


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        ({"TST001": ["TST001"]}, '`supersedes` names "TST001"'),
        ({"TST001": ["TST002"], "TST002": ["TST001"]}, "TST001 → TST002 → TST001"),
        ({"TST001": ["TST002"], "TST002": ["TST003"], "TST003": ["TST002"]}, "TST002 → TST003 → TST002"),
    ],
)
def test_rules_that_supersede_each_other_are_refused(chain: dict[str, list[str]], words: str) -> None:
    with pytest.raises(RuleError, match=words.replace("`", ".")):
        build_catalogue({f"{code}.toml": small(code, *others) for code, others in chain.items()})


def test_a_rule_for_pedants_runs_only_if_it_is_selected() -> None:
    (rule,) = build_catalogue({"a.toml": {**small("TST001"), "persona": "pedantic"}})
    assert select_rules([rule], [], []) == ()
    assert select_rules([rule], ["TST"], []) == (rule,)
    assert "persona: pedantic" in text_page(rule)


def test_a_fix_is_the_remedy_of_a_rule_without_another() -> None:
    fix = {"safety": "unsafe", "set": {"score": "0"}, "remove": ["kind"]}
    (rule,) = build_catalogue({"a.toml": {**small("TST001"), "fix": fix}})
    assert rule.variants[""].remedy == 'Set score="0". Remove kind.'
    assert 'fix (unsafe): set score="0", remove kind' in text_page(rule)
