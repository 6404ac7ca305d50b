"""`cibtools rules` and `cibtools rules test`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cibtools.cli.main import cli

RULE = """\
code = "{code}"
name = "{name}"
summary = "Too old"
severity = "warning"
rationale = "It is."
message = "primitive '{{@id}}' is too old"
[[match]]
context = "primitive"
test = "@id='old'"
[[bad]]
note = "an old one"
cib = '<primitive id="{bad}"/>'
[[good]]
cib = '<primitive id="{good}"/>'
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A directory with one rule of a user."""
    directory = tmp_path / "own"
    write(directory)
    return directory


def write(directory: Path, code: str = "OWN001", name: str = "too-old", bad: str = "old", good: str = "new") -> Path:
    directory.mkdir(exist_ok=True)
    path = directory / f"{code}-{name}.toml"
    path.write_text(RULE.format(code=code, name=name, bad=bad, good=good))
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["rules", *map(str, arguments)])


def test_lists_the_catalogue_by_code() -> None:
    result = run()
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == sorted(line.split()[0] for line in lines)
    assert any(line.startswith("CIB608  error    colocation-missing-score ") for line in lines)


def test_lists_rules_of_the_user_too(own: Path) -> None:
    assert "OWN001  warning  too-old" in run("--rules", own).stdout


def test_json_is_json(own: Path) -> None:
    listed = json.loads(run("--format", "json", "--rules", own).stdout)
    assert listed["version"] == 1
    (rule,) = [rule for rule in listed["rules"] if rule["code"] == "OWN001"]
    assert (rule["name"], rule["severity"], rule["dialects"]) == ("too-old", "warning", ["hb2", "p10", "p11"])


def test_markdown_is_a_table(own: Path) -> None:
    lines = run("--format", "markdown", "--rules", own).stdout.splitlines()
    assert lines[0] == "| Code | Name | Severity | Dialects | Summary |"
    assert "| OWN001 | too-old | warning | all dialects | Too old |" in lines


def test_a_directory_that_does_not_exist(tmp_path: Path) -> None:
    for arguments in (("--rules", tmp_path / "no"), ("test", tmp_path / "no")):
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stderr.startswith("cibtools: error: ")
        assert "no such directory" in result.stderr


def test_examples_that_come_out(own: Path) -> None:
    result = run("test", own)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "2 examples as expected\n", "")


def test_examples_that_do_not_come_out(own: Path) -> None:
    path = write(own, bad="new", good="old")
    result = run("test", own)
    assert result.exit_code == 1
    assert f"{path}: OWN001-bad-1 (an old one): a bad example gives no finding\n" in result.stdout
    assert '    <primitive id="new"/>\n' in result.stdout
    assert f"{path}: OWN001-good-1: a good example gives a finding\n" in result.stdout
    assert "cib.xml:1:1: warning[OWN001] too-old\n  primitive 'old' is too old\n" in result.stdout
    assert result.stdout.endswith("0 examples as expected, 2 not as expected\n")


def test_broken_rule_files_do_not_hide_the_others(own: Path) -> None:
    write(own, "OWN002", "fails", bad="new")
    (own / "OWN003-broken.toml").write_text("code = ")
    path = write(own, "OWN004", "xpath")
    path.write_text(path.read_text().replace("='old'", "=="))
    (own / "OWN005-check.toml").write_text('code = "OWN005"\nnmae = "x"\n')
    result = run("test", own)
    assert result.exit_code == 2
    assert result.stderr.count("cibtools: error: ") == 3
    assert all(name in result.stderr for name in ("OWN003", "OWN004", "OWN005", "did you mean `name`?"))
    assert result.stdout.endswith("3 examples as expected, 1 not as expected, 3 broken rule files\n")


def test_our_own_rules_pass(repo: Path) -> None:
    assert run("test", repo / "rules").exit_code == 0
