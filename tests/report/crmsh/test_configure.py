"""`crm configure` text, loaded by the real shell: it must make the same CIB of it, but for the ids that it gives."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cibtools.cli.inputs.open import InputChoice, read_inputs
from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.record.outcome import Given, Migration
from cibtools.migrate.selfcheck import faults
from cibtools.report.crmsh.configure import render
from cibtools.report.crmsh.words import Unsayable, word
from tests.conftest import REPO
from tests.migrate.lab import answers_of, load, migrated, whole
from tests.report.shell import EMPTY, Shell, comments, meanings

SAMPLE = (Path(__file__).parent / "crmsh_sample.xml").read_text(encoding="utf-8")
EVMS = {f"/dev/evms/san2/{name}": f"/dev/san2/{name}" for name in ("cfgpool", *(f"vm{n}" for n in range(1, 16)))}


@pytest.fixture(scope="module")
def shell(pacemaker: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(pacemaker("crm"), tmp_path_factory.mktemp("crm"))


def of_path(path: Path, answers: Answers | None = None) -> Migration:
    (cluster,) = read_inputs(InputChoice((str(path),))).clusters
    return migrate(cluster, answers or Answers())


def agree(shell: Shell, migrations: dict[str, Migration]) -> None:
    """Let the shell load the text of each, and compare what comes of it with the migrated CIB."""
    cibs = shell.load({name: render(migration).text for name, migration in migrations.items()})
    for name, migration in migrations.items():
        loaded = etree.fromstring(cibs[name])
        assert meanings(loaded) == meanings(migration.top), name
        lost = [line for line in comments(migration.draft.configuration) if line not in comments(loaded)]
        assert lost == [], name


def valid(migration: Migration) -> bool:
    """Whether it would be written without --force."""
    return migration.given is Given.NEW or not any(True for _ in faults(migration))


def test_all_that_is_hard_to_say_comes_through(shell: Shell) -> None:
    agree(shell, {"sample": migrated(SAMPLE)})


@pytest.mark.slow
def test_the_comparison_notices_what_comes_through_otherwise(shell: Shell) -> None:
    migration = migrated(SAMPLE)
    text = render(migration).text
    changes = {
        "boolean": ("n1 or x number:gte 3 or", "n1 and x number:gte 3 and"),
        "symmetrical": (" symmetrical=false", ""),
        "operation": (" record-pending=true", ""),
        "operations": ('operations $id="v-ops"', 'operations $id="other"'),
        "sets": ("( v g ) ( c )", "v g ( c )"),
        "role": ("v:Slave", "v:Master"),
        "score": ("order o-b 0:", "order o-b inf:"),
        "quoting": ('state="a  b"', 'state="a b"'),
        "duration": ("weeks=1", "weeks=2"),
        "description": ("a group", "the group"),
        "members": ("group g g1 g2", "group g g2 g1"),
        "xml": ('node-attribute="Rack"', 'node-attribute="rack"'),
    }
    texts = {name: text.replace(old, new) for name, (old, new) in changes.items()}
    assert [name for name, changed in texts.items() if changed == text] == []
    whole = meanings(migration.top)
    alike = [name for name, cib in shell.load(texts).items() if meanings(etree.fromstring(cib)) == whole]
    assert alike == []


def test_the_sample_is_a_cib_of_pacemaker_10(pacemaker_10: etree.RelaxNG) -> None:
    pacemaker_10.assertValid(etree.fromstring(SAMPLE))


@pytest.mark.slow
def test_the_guides_cluster_comes_through_on_every_stack(shell: Shell) -> None:
    answers = {stack: Answers(stack=stack, evms=EVMS, given=frozenset({"evms"})) for stack in Stack}
    agree(shell, {stack.value: of_path(REPO / "fixtures/hasi", answers[stack]) for stack in Stack})


@pytest.mark.slow
def test_a_pacemaker_cluster_comes_through(shell: Shell) -> None:
    agree(shell, {"pacemaker": of_path(REPO / "fixtures/pacemaker-1.0")})


@pytest.mark.slow
def test_every_worked_example_comes_through(shell: Shell) -> None:
    examples, _ = load()
    found = {
        f"{example.step}-{number}": migrated(whole(example.before), answers_of(example.answers), example.others)
        for number, example in enumerate(examples)
    }
    written = {name: migration for name, migration in found.items() if valid(migration)}
    assert len(written) > 0.9 * len(found)
    agree(shell, written)


@pytest.mark.slow
def test_the_corpus_comes_through(shell: Shell, shared: Path) -> None:
    corpus = shared / "corpus" / "heartbeat-2.1"
    if not corpus.is_dir():
        pytest.skip("the corpus of heartbeat 2.1 CIBs (../shared/corpus/heartbeat-2.1) is not beside this checkout")
    found = {path.stem: of_path(path) for path in sorted(corpus.glob("*.xml"))}
    agree(shell, {name: migration for name, migration in found.items() if valid(migration)})


@pytest.mark.slow
def test_the_command_itself_loads_and_commits_it(pacemaker: Callable[[str], str], tmp_path: Path) -> None:
    migration = of_path(REPO / "fixtures/hasi")
    text, cib = tmp_path / "hasi.crm", tmp_path / "cib.xml"
    text.write_text(render(migration).text, encoding="utf-8")
    cib.write_text(EMPTY, encoding="utf-8")
    ran = subprocess.run(
        [pacemaker("crm"), "-F", "configure", "load", "replace", str(text)],
        env={**os.environ, "CIB_file": str(cib)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert meanings(etree.parse(cib).getroot()) == meanings(migration.top)


def test_looks_as_reviewed(snapshot: Callable[[str, str], None]) -> None:
    rendered = render(migrated(SAMPLE))
    snapshot("crmsh.txt", rendered.text + "".join(f"# {warning}\n" for warning in rendered.warnings))


def test_what_has_no_words_is_written_as_xml_with_a_warning() -> None:
    rule = '<rule id="{}" score="5">{}</rule>'
    inner = rule.format("in", '<expression id="e" attribute="a" operation="defined"/>')
    cib = SAMPLE.replace(
        "</constraints>", f'<rsc_location id="deep" rsc="v">{rule.format("out", inner)}</rsc_location></constraints>'
    )
    rendered = render(migrated(cib))
    assert (
        '# as XML, since the shell has no words for a rule within a rule:\nxml <rsc_location id="deep"' in rendered.text
    )
    assert (
        "rsc_location 'deep' stands as XML in the crm text, since the shell has no words for a rule within a rule"
        in rendered.warnings
    )


def test_many_objects_with_one_cause_make_one_warning() -> None:
    wide = "".join(f'<primitive id="w{n}" class="lsb" type="x" description="ü"/>' for n in range(9))
    rendered = render(migrated(SAMPLE.replace("</resources>", f"{wide}</resources>")))
    (warning,) = (text for text in rendered.warnings if "beyond ASCII" in text)
    assert warning.startswith(
        "primitive 'wide', primitive 'w0', primitive 'w1', primitive 'w2', primitive 'w3' and 5 more"
    )


def test_fragments_are_shown_and_what_belongs_to_nothing_is_named() -> None:
    order = '<!-- first --><rsc_order id="o" from="a" to="b" type="before" score="0"/>'
    assert render(migrated(order)).text.splitlines() == ["# first", "order o 0: a b"]
    rendered = render(migrated('<op id="o" name="monitor" interval="5s"/>'))
    assert rendered.text == '# left out: <op>, which belongs to no object: <op id="o" name="monitor" interval="5s"/>\n'
    assert rendered.warnings == ("<op>, which belongs to no object: left out of the crm text",)


def test_the_status_is_not_left_out_in_silence() -> None:
    cib = SAMPLE.replace("<status/>", '<status><node_state id="u1" uname="n1"/></status>')
    assert "the status, which is no configuration: left out of the crm text" in render(migrated(cib)).warnings


@pytest.mark.parametrize("text", ["two\nlines", "C:\\", "ü"])
def test_what_the_shell_cannot_take_is_said(text: str) -> None:
    with pytest.raises(Unsayable):
        word(text)


@given(st.text())
def test_values_are_read_back_as_they_are(text: str) -> None:
    try:
        shown = word(text)
    except Unsayable:
        assert not text.isascii() or "\n" in text or "\r" in text or text.endswith("\\")
    else:
        assert shlex.split(f"name={shown} next") == [f"name={text}", "next"]


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\t\n\r"), min_size=1))
def test_values_in_xml_survive_splitting_at_blanks(text: str) -> None:
    cib = etree.fromstring(SAMPLE)
    (found,) = cib.xpath("//primitive[@id='noval']//nvpair")
    found.set("value", text)
    rendered = render(migrated(etree.tostring(cib, encoding="unicode")))
    (line,) = (
        line
        for line in joined_lines(rendered.text)
        if line.startswith(('xml <primitive id="noval"', "primitive noval"))
    )
    if line.startswith("xml"):
        read = etree.fromstring(" ".join(line.split()[1:]))
        assert read.xpath("//nvpair/@value") == [text]
    else:
        assert shlex.split(line)[-1] == f"op={text}"


def joined_lines(text: str) -> list[str]:
    """As the shell joins what a backslash continues."""
    lines: list[str] = []
    before = ""
    for line in text.split("\n"):
        if line.strip().endswith("\\"):
            before += line.strip().rstrip("\\")
        else:
            lines.append(before + line.strip())
            before = ""
    return lines
