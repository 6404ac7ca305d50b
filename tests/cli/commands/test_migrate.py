from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from cibtools.cli.main import cli
from cibtools.migrate.step import Step

OLD = """<cib admin_epoch="0" epoch="1" num_updates="1" have_quorum="true"><configuration><crm_config>
<cluster_property_set id="o"><attributes><nvpair id="s" name="stonith-enabled" value="false"/></attributes>
</cluster_property_set></crm_config><nodes/><resources>
<primitive id="web" class="stonith" type="external/ipmi"><instance_attributes id="i"><attributes>
<nvpair id="p" name="passwd" value="s3cret"/><nvpair id="d" value="x"/></attributes></instance_attributes></primitive>
</resources><constraints/></configuration><status/></cib>
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.xml"
    path.write_text(OLD)
    return path


def run(*words: object, text: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, ["migrate", *map(str, words)], input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_cib_goes_to_stdout_and_the_talk_to_stderr(old: Path) -> None:
    status, stdout, stderr = run(old)
    assert status == 0
    assert etree.fromstring(stdout.encode()).tag == "cib"
    assert "heartbeat 2.1 to Pacemaker 1.0" in stderr


def test_output_is_written_and_the_input_left_alone(old: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.xml"
    status, stdout, _ = run(old, "-o", target)
    assert (status, stdout) == (0, "")
    assert etree.parse(target).getroot().tag == "cib"
    assert old.read_text() == OLD


def test_two_runs_give_the_same_bytes(old: Path) -> None:
    assert run(old) == run(old)


def test_split_writes_one_file_per_section(old: Path, tmp_path: Path) -> None:
    directory = tmp_path / "out"
    status, _, _ = run(old, "--split", directory)
    assert status == 0
    assert {path.stem for path in directory.glob("*.xml")} >= {"crm_config", "nodes", "resources", "constraints"}
    for path in directory.glob("*.xml"):
        assert etree.parse(path).getroot().tag == path.stem


@pytest.mark.parametrize("ending", ["txt", "json", "md", "html"])
def test_the_change_log_is_written_and_masks_secrets(old: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"changes.{ending}"
    status, _, stderr = run(old, "-o", tmp_path / "new.xml", "--changes", target)
    text = target.read_text()
    assert status == 0
    assert "M004" in text
    assert "s3cret" not in text + stderr
    if ending == "json":
        changes = json.loads(text)["migrations"][0]["changes"]
        assert next(change["line"] for change in changes if change["step"] == "M004") == 2


def test_the_diff_masks_secrets(old: Path) -> None:
    status, stdout, stderr = run(old, "--diff")
    assert status == 0
    assert "-      <cluster_property_set" in stdout or "-        <attributes>" in stdout
    assert "s3cret" not in stdout + stderr


def test_check_writes_nothing(old: Path, tmp_path: Path) -> None:
    status, stdout, _ = run(old, "--check")
    assert stdout == ""
    assert status in (0, 1)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--check", "--diff"), "exclude each other"),
        (("--changes", "log.pdf"), "must end in"),
        (("--as", "crmsh", "--split", "out"), "--as crmsh is one text"),
        (("--answers", "nothing.toml"), "nothing.toml"),
    ],
)
def test_contradictions_are_usage_errors(old: Path, words: tuple[str, ...], complaint: str) -> None:
    status, stdout, stderr = run(old, *words)
    assert (status, stdout) == (2, "")
    assert complaint in stderr


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('treshold = "exact"', 'did you mean "threshold"'),
        ("threshold = 0", "whole number above 0"),
        ('compare = "text"', '"number" or "string"'),
        ("accept = 3", "list of steps"),
        ("threshold = ", "not TOML"),
    ],
)
def test_answers_that_cannot_be_meant_are_refused(old: Path, tmp_path: Path, text: str, complaint: str) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text(text)
    status, stdout, stderr = run(old, "--answers", answers)
    assert (status, stdout) == (2, "")
    assert complaint in stderr


def test_standard_input_migrates_too() -> None:
    status, stdout, _ = run("-", text=OLD)
    assert status == 0
    assert "<attributes>" not in stdout


def test_a_fragment_stays_a_fragment() -> None:
    text = '<rsc_order id="o" from="a" to="b"/>\n<rsc_order id="p" from="a" to="c"/>'
    status, stdout, _ = run("-", text=text)
    assert status == 0
    assert [root.tag for root in etree.fromstring(f"<x>{stdout}</x>")] == ["rsc_order", "rsc_order"]


def test_what_the_crm_shell_has_no_words_for_is_said_on_stderr(tmp_path: Path) -> None:
    wide = OLD.replace('<primitive id="web"', '<primitive id="web" description="gr\u00f6\u00dfe"')
    target = tmp_path / "web.crm"
    status, stdout, stderr = run("-", "--as", "crmsh", "-o", target, text=wide)
    assert (status, stdout) == (0, "")
    assert "cibtools: warning: primitive 'web' stands as XML in the crm text" in stderr
    assert 'xml <primitive id="web"' in target.read_text()


def test_what_waits_for_an_answer_says_so_by_its_name(repo: Path, tmp_path: Path) -> None:
    directory = tmp_path / "out"
    status, stdout, stderr = run(repo / "fixtures/hasi", "--stack", "openais", "--split", directory)
    assert (status, stdout) == (2, "")
    assert "/dev/evms/san2/cfgpool" in stderr
    assert (directory / "resources.xml.incomplete").exists()
    assert not (directory / "resources.xml").exists()
    assert (directory / "openais.conf").exists()
    questions = (directory / "answers.toml.missing").read_text()
    assert '\n# "/dev/evms/san2/cfgpool" = "/dev/san2/cfgpool"\n' in questions
    answers = tmp_path / "answers.toml"
    answers.write_text(questions.replace('# "/dev', '"/dev'))
    status, _, _ = run(repo / "fixtures/hasi", "--stack", "openais", "--split", directory, "--answers", answers)
    assert status == 0
    assert not (directory / "resources.xml.incomplete").exists()
    assert "/dev/evms/" not in (directory / "resources.xml").read_text()
    assert sorted(path.name for path in directory.rglob("nfs.xm")) == ["nfs.xm"]
    assert not (directory / "answers.toml.missing").exists()


def test_nothing_is_written_while_an_answer_is_missing(repo: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.xml"
    status, stdout, stderr = run(repo / "fixtures/hasi", "--stack", "openais", "-o", target)
    assert (status, stdout) == (2, "")
    assert not target.exists()
    assert "cibtools: error: " in stderr


def test_a_cib_of_pacemaker_is_left_alone(repo: Path) -> None:
    path = repo / "fixtures/pacemaker-1.0/cib.xml"
    status, stdout, stderr = run(path)
    assert (status, stdout) == (0, path.read_text())
    assert "it was left alone" in stderr


def test_an_invalid_result_is_not_written_unless_forced(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cibtools.migrate import pipeline
    from cibtools.migrate.record.edit import drop_attribute

    def spoil(draft, answers):  # noqa: ANN001, ANN202
        for found in draft.iter("primitive"):
            yield drop_attribute("M041", found, "type", "a mistake of ours")

    monkeypatch.setattr(pipeline, "LAST_STEPS", (*pipeline.LAST_STEPS, Step(("M041",), spoil)))
    status, stdout, stderr = run(old)
    assert (status, stdout) == (2, "")
    assert "the result is not valid" in stderr
    assert "after step M041" in stderr
    status, stdout, _ = run(old, "--force")
    assert status == 0
    assert "<primitive" in stdout


def test_several_clusters_go_into_a_directory_each(repo: Path, tmp_path: Path) -> None:
    status, _, stderr = run(repo / "fixtures/hasi-broken")
    assert status == 2
    assert "are several clusters" in stderr
    status, stdout, _ = run(repo / "fixtures/hasi-broken", "--split", tmp_path / "out")
    assert stdout == ""
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"production", "testlab"}


def test_a_directory_without_a_cib_is_an_error(repo: Path) -> None:
    status, stdout, stderr = run(repo / "fixtures/hasi/xen")
    assert (status, stdout) == (2, "")
    assert "holds no CIB" in stderr


def test_what_an_open_question_leaves_as_it_was_is_no_fault_of_the_result(tmp_path: Path) -> None:
    cib = tmp_path / "cib.xml"
    cib.write_text(
        '<cib><configuration><resources><clone id="c"><primitive id="p" class="ocf" provider="heartbeat" type="Dummy"/>'
        '</clone></resources><constraints><rsc_location id="l" rsc="p:0" node="n1" score="1"/></constraints>'
        "</configuration></cib>"
    )
    status, stdout, stderr = run(cib)
    assert (status, stdout) == (2, "")
    assert "not valid" not in stderr
    status, _, stderr = run(cib, "--split", tmp_path / "out")
    assert status == 2
    assert "not valid" not in stderr
    assert (tmp_path / "out/constraints.xml.incomplete").exists()
    assert (tmp_path / "out/resources.xml").exists()


def test_why_there_is_no_cib_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "cib.xml").write_text("")
    status, stdout, stderr = run(tmp_path / "cib.xml")
    assert (status, stdout, stderr.count("error:")) == (2, "", 1)


def test_many_open_questions_are_not_asked_twice(tmp_path: Path) -> None:
    locations = "".join(f'<rsc_location id="l{number}" rsc="p:0" node="n1" score="1"/>' for number in range(6))
    (tmp_path / "cib.xml").write_text(
        '<cib><configuration><resources><clone id="c"><primitive id="p" class="ocf" provider="heartbeat" type="Dummy"/>'
        f"</clone></resources><constraints>{locations}</constraints></configuration></cib>"
    )
    status, stdout, stderr = run(tmp_path / "cib.xml")
    assert (status, stdout, stderr.count("error:")) == (2, "", 1)
    assert "6 questions must be answered first" in stderr


def test_several_elements_do_not_go_into_one_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        text = f'<primitive id="{name}" class="ocf" provider="heartbeat" type="Dummy" is_managed="yes"/>'
        (tmp_path / f"{name}.xml").write_text(text, encoding="utf-8")
    target = tmp_path / "new.xml"
    status, _, stderr = run(tmp_path, "-o", str(target))
    assert status == 2
    assert "2 separate elements" in stderr
    assert "--split" in stderr
    assert not target.exists()


@pytest.mark.parametrize("words", [("--as", "crmsh"), ("--force",)])
@pytest.mark.parametrize("way", ["--diff", "--check"])
def test_options_that_would_do_nothing_are_refused(old: Path, way: str, words: tuple[str, ...]) -> None:
    status, stdout, stderr = run(old, way, *words)
    assert (status, stdout) == (2, "")
    assert f"{' '.join(words)} has no effect with {way}" in stderr
