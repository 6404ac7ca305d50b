"""The baseline: a first day with many findings, and then only what is new."""

from __future__ import annotations

import json
import random
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from cibtools.cli.main import cli

NAME = "cibtools-baseline.json"


def lint(*words: str) -> Result:
    return CliRunner().invoke(cli, ["lint", ".", "--no-cache", *words], terminal_width=120)


@pytest.fixture
def backup(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a backup with dozens of findings, which is the current directory."""
    top = tmp_path / "backup"
    copytree(repo / "fixtures" / "hasi-broken" / "production", top)
    monkeypatch.chdir(top)
    return top


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_accepted_is_silent_and_what_is_new_is_not(backup: Path) -> None:
    assert lint().exit_code == 1
    first = lint("--update-baseline")
    assert (first.exit_code, first.stderr) == (0, "")
    assert "of them new, 0 gone" in first.stdout
    silent = lint("--baseline", NAME)
    assert (silent.exit_code, silent.stderr) == (0, "")
    assert silent.stdout.startswith("No findings in ")
    edit(backup / "crm_config.bak.xml", 'name="stonith-action" value="reboot"', 'name="stonith-action" value="rebot"')
    broken = lint("--baseline", NAME)
    assert broken.exit_code == 1
    assert "1 finding: 1 error in" in broken.stdout
    assert 'stonith-action="rebot"' in broken.stdout


def test_what_is_mended_is_told_and_taken_out(backup: Path) -> None:
    lint("--update-baseline")
    edit(backup / "constraints.bak.xml", 'id="web_depends_configpool"', 'id="web_depends_configpool" score="0"')
    told = lint("--baseline", NAME)
    assert told.exit_code == 0
    assert "1 finding of the baseline is gone: CIB601 rsc_order[web_depends_configpool]" in told.stderr
    assert "0 of them new, 1 gone" in lint("--baseline", NAME, "--update-baseline").stdout
    assert lint("--baseline", NAME).stderr == ""
    # What was not asked is not gone.
    assert lint("--baseline", NAME, "--select", "XEN").stderr == ""
    assert "0 of them new, 0 gone" in lint("--baseline", NAME, "--select", "XEN", "--update-baseline").stdout


def test_one_more_of_many_is_new_though_the_others_are_folded(backup: Path) -> None:
    lint("--update-baseline")
    before = json.loads((backup / NAME).read_text())["findings"]
    assert len([entry for entry in before if entry["code"] == "CIB503"]) > 5
    edit(
        backup / "resources.bak.xml",
        "</resources>",
        '<primitive id="fresh" class="ocf" provider="heartbeat" type="Xen"><operations><op id="fresh-m" name="monitor" '
        'interval="10s" timeout="5s"/></operations></primitive></resources>',
    )
    fresh = lint("--baseline", NAME, "--select", "CIB503")
    assert "fresh" in fresh.stdout
    assert "1 finding:" in fresh.stdout


@pytest.mark.parametrize("seed", range(12))
def test_it_outlasts_reformatting_and_renaming(backup: Path, seed: int) -> None:
    """Blanks, the order of attributes and siblings, names of files: none of them makes an old finding new."""
    lint("--update-baseline")
    chance = random.Random(seed)
    for path in sorted(backup.glob("*.bak.xml")):
        try:
            root = etree.parse(path).getroot()
        except etree.XMLSyntaxError:
            continue
        for element in list(root.iter("*")):
            pairs = list(element.attrib.items())
            chance.shuffle(pairs)
            element.attrib.clear()
            element.attrib.update(pairs)
            element.tail = chance.choice((None, "\n", "\n\t ", " "))
        if root.tag == "constraints":
            children = list(root)
            chance.shuffle(children)
            root[:] = children
        path.write_bytes(etree.tostring(root))
        path.rename(path.with_name(f"{chance.choice('abc')}-{path.name}"))
    after = lint("--baseline", NAME)
    assert (after.exit_code, after.stdout.splitlines()[0][:13]) == (0, "No findings i"), after.stdout


def test_a_configuration_may_name_it(backup: Path) -> None:
    lint("--update-baseline")
    (backup / "cibtools.toml").write_text(f'baseline = "{NAME}"\n')
    assert lint().exit_code == 0
    assert lint("--isolated").exit_code == 1
    (backup / "cibtools.toml").write_text("baseline = 5\n")
    assert lint().exit_code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no baseline: Expecting value"),
        ("[]", 'it lacks "version": 1'),
        ('{"version": 2, "findings": []}', 'it lacks "version": 1'),
        ('{"version": 1, "findings": [{"code": 5}]}', "an entry lacks code or fingerprint"),
        ("[" * 100000, "no baseline"),
    ],
)
def test_what_is_no_baseline_is_refused(backup: Path, text: str, said: str) -> None:
    (backup / "b.json").write_text(text)
    result = lint("--baseline", "b.json")
    assert result.exit_code == 2
    assert said in result.stderr


def test_it_must_be_there_and_no_input_is_overwritten(backup: Path) -> None:
    absent = lint("--baseline", "absent.json")
    assert absent.exit_code == 2
    assert "--update-baseline" in absent.stderr
    before = (backup / "resources.bak.xml").read_bytes()
    assert lint("--baseline", "resources.bak.xml", "--update-baseline").exit_code == 2
    assert (backup / "resources.bak.xml").read_bytes() == before


def test_machine_formats_know_of_it(backup: Path) -> None:
    lint("--update-baseline")
    assert json.loads(lint("--baseline", NAME, "--format", "json").stdout)["summary"]["accepted"] > 50
    results = json.loads(lint("--baseline", NAME, "--format", "sarif").stdout)["runs"][0]["results"]
    assert {result["suppressions"][0]["kind"] for result in results} == {"external"}
