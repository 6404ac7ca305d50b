"""`cibtools lint` as a user calls it: inputs, selection, outputs, exit statuses, the cache."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from cibtools.cli.inputs.cache import digest
from cibtools.cli.main import cli
from cibtools.cli.outputs.formats import LINT

ORDER = '<rsc_order id="nfs_after_pool" from="nfs" to="pool"/>\n'
GOOD = '<rsc_order id="nfs_after_pool" from="nfs" to="pool" score="0"/>\n'


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def lint(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["lint", *map(str, arguments)], input=stdin)


def codes(result: Result) -> list[str]:
    return [finding["code"] for finding in json.loads(result.stdout)["findings"]]


def test_the_exit_status_tells_whether_something_was_found() -> None:
    Path("good.xml").write_text(GOOD)
    Path("bad.xml").write_text(ORDER)
    assert lint("good.xml").exit_code == 0
    assert lint("bad.xml").exit_code == 1
    assert lint("bad.xml", "--fail-on", "error").exit_code == 0
    assert lint("bad.xml", "--ignore", "missing-order-score").exit_code == 0


def test_the_current_directory_is_the_default() -> None:
    Path("bad.xml").write_text(ORDER)
    result = lint("--format", "concise")
    assert result.stdout.startswith("bad.xml:1:1: warning CIB601 ")


def test_standard_input_has_the_name_it_is_given() -> None:
    assert lint("-", "--format", "concise", stdin=ORDER).stdout.startswith("<stdin>:1:1: ")
    named = lint("-", "--stdin-filename", "live.xml", "--format", "concise", stdin=ORDER)
    assert named.stdout.startswith("live.xml:1:1: ")


def test_files_of_one_directory_are_one_cluster_unless_each_is_asked_for() -> None:
    Path("resources.xml").write_text('<resources><primitive id="nfs" class="ocf" provider="x" type="y"/></resources>')
    Path("constraints.xml").write_text(f"<constraints>{GOOD}</constraints>")
    assert codes(lint("--select", "CIB103", "--format", "json")) == ["CIB103"]
    assert codes(lint("--select", "CIB103", "--format", "json", "--each")) == []


def test_an_input_that_is_missing_does_not_keep_the_others_from_being_linted() -> None:
    Path("bad.xml").write_text(ORDER)
    result = lint("bad.xml", "nothing.xml", "--format", "concise")
    assert result.exit_code == 2
    assert "CIB601" in result.stdout
    assert result.stderr.count("cibtools: error: ") == 1
    assert result.stderr.startswith("cibtools: error: nothing.xml: no such file")


def test_where_nothing_could_be_read_nothing_is_said_of_findings() -> None:
    result = lint("nothing.xml")
    assert result.exit_code == 2
    assert result.stdout == "Incomplete, see 1 error message\n"


REFUSED = {
    "missing": ("nothing.xml", None),
    "foreign": ("page.html", b"<html><body>hello</body></html>"),
    "cut": ("cut.xml", b"<resources>\n<primitive id='a'"),
    "empty directory": (".", None),
    "rules": ("good.xml", None),
}


@pytest.mark.parametrize("cause", REFUSED)
@pytest.mark.parametrize("command", ["lint", "validate"])
@pytest.mark.parametrize("name", LINT.names)
def test_status_2_shows_in_every_report(name: str, command: str, cause: str) -> None:
    path, data = REFUSED[cause]
    words = ["--select", "CIB6O1"] if cause == "rules" else []
    if cause == "rules":
        Path(path).write_text(GOOD)
        if command == "validate":
            pytest.skip("validate selects no rules")
    if data is not None:
        Path(path).write_bytes(data)
    result = CliRunner().invoke(cli, [command, path, "--format", name, *words])
    assert result.exit_code == 2
    report = result.stdout
    assert "no findings" not in report.lower()
    match name:
        case "json":
            errors = json.loads(report)["errors"]
            assert errors
            assert all(error["message"] for error in errors)
        case "sarif":
            (invocation,) = json.loads(report)["runs"][0]["invocations"]
            assert invocation["executionSuccessful"] is False
            assert invocation["toolExecutionNotifications"]
        case "junit":
            top = etree.fromstring(report.encode())
            assert int(top.get("errors", "0")) == len(top.findall(".//error")) > 0
        case "github":
            assert report.count("::error ") > 0
        case "concise":
            assert "error" in report
        case "text":
            assert "Incomplete, see " in report
    if command == "lint":
        lint(path, *words, "--output", f"{name}=../report", "--no-cache")
        told = Path("../report").read_text()
        assert told
        if name != "text":
            assert told == report
        else:
            assert "\nerror: " in f"\n{told}"


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "concise", "--statistics"),
        ("--format", "json", "--show-skipped"),
        ("--format", "sarif", "--show-suppressed"),
        ("--format", "junit", "--color", "always"),
        ("--select", "CIB601", "--persona", "pedantic"),
        ("--config", "x.toml", "--isolated"),
        ("--stdin-filename", "cib.xml"),
    ],
)
def test_options_that_would_do_nothing_are_refused(words: tuple[str, ...]) -> None:
    Path("good.xml").write_text(GOOD)
    result = lint("good.xml", *words)
    assert (result.exit_code, "Traceback" in result.output) == (2, False)
    assert words[-1].startswith("-") is False or words[-1] in result.stderr or words[-2] in result.stderr


def test_a_persona_adds_the_rules_that_are_meant_for_it() -> None:
    Path("bad.xml").write_text(ORDER)
    Path("own").mkdir()
    rule = """code = "SITE001"
name = "every-order"
severity = "info"
persona = "pedantic"
summary = "There is an order"
rationale = "An example."
sources = ["a test"]
message = "order {@id}"
[match]
context = "rsc_order"
test = "true()"
[[bad]]
cib = '<rsc_order id="a" from="b" to="c" score="0"/>'
[[good]]
cib = '<rsc_location id="a"/>'
"""
    Path("own/SITE001-every-order.toml").write_text(rule)
    found = {
        persona: set(codes(lint("bad.xml", "--rules", "own", "--persona", persona, "--format", "json")))
        for persona in ("regular", "pedantic", "migration")
    }
    assert found["pedantic"] - found["regular"] == {"SITE001"}
    assert found["migration"] == found["regular"]


def test_a_file_that_cannot_be_read_is_a_finding_and_an_error_with_its_line() -> None:
    Path("cut.xml").write_text("<resources>\n<primitive id='a'")
    result = lint("cut.xml", "--format", "concise")
    assert result.exit_code == 2
    assert "error CIB001" in result.stdout
    assert result.stderr.startswith("cibtools: error: cut.xml:2: the file ends inside an element")


@pytest.mark.parametrize("data", [b"", b"hello\n", b"\x7fELF\0\0", b"<html/>", b"PK\x03\x04"])
def test_a_named_file_that_is_nothing_of_a_cluster_is_an_error(data: bytes) -> None:
    Path("thing").write_bytes(data)
    for result in (lint("thing"), lint("-", stdin=data)):
        assert result.exit_code == 2
        causes = ("no file of a cluster backup", "the file is empty", "the archive is damaged")
        assert any(cause in result.stderr for cause in causes)


def test_a_directory_without_a_backup_is_an_error() -> None:
    Path("notes").mkdir()
    Path("notes/readme.txt").write_text("hello\n")
    Path("good.xml").write_text(GOOD)
    result = lint("notes", "good.xml")
    assert result.exit_code == 2
    assert result.stderr.startswith("cibtools: error: notes: holds no file of a cluster backup")
    assert "Incomplete, see 1 error message; no findings in 1 file" in result.stdout
    assert lint("thing", "--kind", "thing=xm-domu").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "missing-order-scores"], "did you mean missing-order-score?"),
        (["--rules", "nowhere"], "no such directory of rules"),
        (["--kind", "bad.xml=poem"], '"poem" is not a kind of file'),
        (["--kind", "other.xml=cib"], "not one of the inputs"),
        (["--output", "pdf=x"], "is not FORMAT=FILE"),
        (["--format", "pdf"], "Invalid value"),
        (["--output", "json=no/such/directory/x.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], message: str) -> None:
    Path("bad.xml").write_text(ORDER)
    result = lint("bad.xml", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_several_outputs_of_one_run() -> None:
    Path("bad.xml").write_text(ORDER)
    result = lint("bad.xml", "--output", "json=a.json", "--output", "sarif=b.sarif", "--output", "junit=c.xml")
    assert result.exit_code == 1
    assert "CIB601" in result.stdout
    assert json.loads(Path("a.json").read_text())["version"] == 1
    assert json.loads(Path("b.sarif").read_text())["version"] == "2.1.0"
    assert Path("c.xml").read_text().startswith("<?xml")


def test_a_rule_of_the_users_own_runs(repo: Path) -> None:
    Path("rules").mkdir()
    text = (repo / "docs" / "rules.md").read_text()
    start = text.index('code = "SITE001"')
    Path("rules/SITE001.toml").write_text(text[start : text.index("```", start)])
    Path("res.xml").write_text('<primitive id="dns1" class="ocf" provider="heartbeat" type="Xen"/>')
    result = lint("res.xml", "--rules", "rules", "--select", "SITE", "--format", "concise")
    assert "SITE001 domu-without-priority: domU 'dns1' has no priority" in result.stdout
    assert CliRunner().invoke(cli, ["rules", "test", "rules"]).exit_code == 0


def test_the_rule_of_the_design_runs() -> None:
    Path("rules").mkdir()
    Path("rules/SITE601.toml").write_text(
        '''
code = "SITE601"
name = "order-without-score"
severity = "warning"
dialects = ["hb2"]
confidence = "high"
summary = "An ordering constraint has no score"
rationale = """Releases differ."""
sources = ["Ordering Explained"]
[match]
context = "rsc_order"
test = "not(@score)"
message = "rsc_order '{@id}' has no score"
[fix]
safety = "unsafe"
set = { score = "0" }
[[bad]]
cib = """<rsc_order id="a" from="b" to="c"/>"""
[[good]]
cib = """<rsc_order id="a" from="b" to="c" score="0"/>"""
'''
    )
    Path("bad.xml").write_text(ORDER)
    result = lint("bad.xml", "--rules", "rules", "--select", "SITE")
    assert "rsc_order 'nfs_after_pool' has no score" in result.stdout
    assert '= help: Set score="0".' in result.stdout


@pytest.mark.parametrize("name", ["nodes/host1/etc/ha.d/ha.cf", "xen/vm/nfs.xm", "cib.bak.xml", "constraints.bak.xml"])
def test_whole_backups_lints_the_cluster_a_changed_file_belongs_to(repo: Path, name: str) -> None:
    shutil.copytree(repo / "fixtures" / "hasi", "backup")
    whole = set(codes(lint("backup", "--format", "json")))
    assert set(codes(lint(f"backup/{name}", "--whole-backups", "--format", "json"))) == whole


def test_the_answer_is_remembered_until_something_changes(tmp_path: Path) -> None:
    Path("a.xml").write_text(ORDER)
    first = lint("a.xml")
    kept = sorted((tmp_path / "cache" / "cibtools").glob("lint-*.json"))
    assert len(kept) == 1
    assert lint("a.xml").stdout == first.stdout == lint("a.xml", "--no-cache").stdout
    # An entry is believed with its own seal only.
    _, _, text = kept[0].read_bytes().partition(b"\n")
    other = json.dumps({**json.loads(text), "printed": "from the cache\n"}).encode()
    kept[0].write_bytes(b"%s\n%s" % (digest([kept[0].stem, other]).encode(), other))
    assert lint("a.xml").stdout == "from the cache\n"
    assert lint("a.xml", "--no-cache").stdout == first.stdout
    Path("a.xml").write_text(GOOD)
    assert lint("a.xml").exit_code == 0


def test_a_damaged_or_unwritable_cache_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.xml").write_text(ORDER)
    expected = lint("a.xml").stdout
    for kept in (tmp_path / "cache" / "cibtools").glob("*.json"):
        kept.write_text("{")
    assert lint("a.xml").stdout == expected
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")
    assert lint("a.xml").stdout == expected


def test_no_output_holds_a_secret(repo: Path) -> None:
    shutil.copytree(repo / "fixtures" / "hasi-broken", "backup")
    xml = Path("backup/production/resources.bak.xml")
    assert 'name="ilo_password"' in xml.read_text()
    secret = "Tr0ub4dor"
    text = xml.read_text()
    head, mark, tail = text.partition('name="ilo_password" value="')
    xml.write_text(head + mark + secret + tail[tail.index('"') :])
    torn = Path("backup/production/fragments/torn.xml")
    torn.write_text(f'<primitive id="x"><nvpair id="y" name="ilo_password" value="{secret}/>\n</primitive>\n')
    Path("backup/production/xen/vm/vnc.xm").write_text(
        f'name="vnc"\nmemory=64\ndisk=["phy:/dev/vnc,xvda,w"]\nvfb=[ \u201cvncpasswd={secret}\u201d ]\n'
    )
    for name in ("text", "concise", "json", "sarif", "github", "junit"):
        assert secret not in lint("backup", "--format", name).output


def test_a_fingerprint_does_not_depend_on_what_else_is_linted(tmp_path: Path) -> None:
    for name in ("lab", "prod"):
        Path(name).mkdir()
        Path(name, "constraints.xml").write_text(f"<constraints>{ORDER}</constraints>")

    def prints(*arguments: str) -> list[str]:
        return [found["fingerprint"] for found in json.loads(lint(*arguments, "--format", "json").stdout)["findings"]]

    alone = prints("lab")
    assert len(alone) == 1
    assert prints("prod") == alone
    assert prints(".") == prints(str(tmp_path / "work")) == alone * 2
