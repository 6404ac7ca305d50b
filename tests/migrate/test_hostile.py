"""Whatever a CIB was made into, its migration keeps its promises: a valid result, or a reason why there is none.

A few hundred mutants on every run. To hunt, ask `broken_promises` about other seeds and other files.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from lxml import etree
from msgspec import structs

from cibtools.migrate.answers import Answers, Stack, StatusChoice
from cibtools.migrate.draft.draft import Shape
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.record.change import ChangeKind
from cibtools.migrate.record.outcome import Given, Migration
from cibtools.migrate.selfcheck import faults
from cibtools.report.changes import diff as migration_diff
from cibtools.report.changes.changelog import view
from cibtools.report.changes.formats import html as changes_html
from cibtools.report.changes.formats import json as changes_json
from cibtools.report.changes.formats import md as changes_markdown
from cibtools.report.changes.formats import text as changes_text
from tests.migrate.claims import unclaimed
from tests.migrate.lab import cluster_of
from tests.migrate.mutant import mutant

REPO = Path(__file__).resolve().parents[2]
FIXTURES = tuple(sorted((REPO / "fixtures").rglob("cib*.xml")))
OLD = tuple(path for path in FIXTURES if b'validate-with="pacemaker' not in path.read_bytes())
ANSWERS = tuple(Answers(stack=stack, status=status) for stack in Stack for status in StatusChoice)


def broken_promises(text: str, answers: Answers, schema: etree.RelaxNG | None) -> Iterator[str]:
    """One line for each promise that the migration of a text does not keep."""
    cluster = cluster_of(text)
    before = [_text(found) for document in cluster.cib_documents for found in document.content.tree.top.iter("*")]
    migration = migrate(cluster, answers)
    document = migration.document()
    after = [_text(found) for document in cluster.cib_documents for found in document.content.tree.top.iter("*")]
    if before != after:
        yield "the input was changed"
    again = migrate(cluster_of(text), answers)
    if again.document() != document or [_plain(n) for n in again.changes] != [_plain(n) for n in migration.changes]:
        yield "a second run gives something else"
    if migration.given is Given.NEW:
        return
    yield from (f"unclaimed: {line}" for line in unclaimed(migration))
    yield from _speechless(migration)
    yield from _unreadable(migration)
    if not migration.blocked:
        yield from _invalid(migration, document, schema)
        yield from _restless(document, answers)


def _text(element: etree._Element) -> tuple[object, ...]:
    return element.tag, element.text, element.tail, tuple(element.attrib.items())


def _plain(change: object) -> str:
    return repr({name: value for name, value in structs.asdict(change).items() if name != "place"})


def _speechless(migration: Migration) -> Iterator[str]:
    for change in migration.changes:
        if not change.reason.strip():
            yield f"no reason: {change}"
        if change.kind is ChangeKind.DECIDE and change.inhibits and not (change.alternatives or change.answer):
            yield f"no way out: {change}"


def _unreadable(migration: Migration) -> Iterator[str]:
    """Every entry has its place, every form of the change log can be made and read."""
    for change in migration.changes:
        if change.place is not None and (change.place.location is None or change.place.location.line < 1):
            yield f"no line: {change}"
    log = view(migration)
    json.loads(changes_json.render([log]))
    for render in (changes_markdown.render, changes_html.render, changes_text.render):
        if not render([log]).strip():
            yield f"empty: {render}"
    if not changes_text.render_short(migration).strip():
        yield "empty summary"
    migration_diff.render(migration)


def _invalid(migration: Migration, document: bytes, schema: etree.RelaxNG | None) -> Iterator[str]:
    found = faults(migration)
    yield from (f"fault after {fault.step}: {fault.violation.message}" for fault in found[:3])
    whole = migration.draft.shape is Shape.WHOLE and not found
    if whole and schema is not None and not schema.validate(etree.fromstring(document)):
        yield f"silently invalid: {schema.error_log.last_error}"


def _restless(document: bytes, answers: Answers) -> Iterator[str]:
    """What came out is left alone when it is given back; what says nothing in either language may be told apart."""
    second = migrate(cluster_of(document.decode()), answers)
    if second.given is Given.NEW:
        if second.document() != document:
            yield "the result, migrated again, is not left alone"
    elif second.given is Given.MIXED:
        yield "the result, migrated again, speaks two languages"


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 120, 20))
def test_mutants_keep_every_promise(first: int, pacemaker_10: etree.RelaxNG) -> None:
    found = {}
    for seed in range(first, first + 20):
        # Three in four of the old language; one of Pacemaker's must keep them too, and may become mixed.
        path = OLD[seed % len(OLD)] if seed % 4 else FIXTURES[seed % len(FIXTURES)]
        text = mutant(path.read_bytes(), seed)
        lines = [*islice(broken_promises(text, ANSWERS[seed % len(ANSWERS)], pacemaker_10), 5)]
        if lines:
            found[seed] = lines
    assert found == {}


@pytest.mark.slow
def test_mutants_of_the_corpus_keep_every_promise(shared: Path, pacemaker_10: etree.RelaxNG) -> None:
    found = {}
    for seed, path in enumerate(sorted((shared / "corpus/heartbeat-2.1").glob("*.xml"))):
        if path.stat().st_size > 40_000:
            continue
        text = mutant(path.read_bytes(), seed)
        lines = [*islice(broken_promises(text, ANSWERS[seed % len(ANSWERS)], pacemaker_10), 5)]
        if lines:
            found[path.name, seed] = lines
    assert found == {}


def test_the_same_seed_gives_the_same_mutant() -> None:
    text = FIXTURES[0].read_bytes()
    assert mutant(text, 7) == mutant(text, 7)
    assert len({mutant(text, seed) for seed in range(20)}) == 20


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        ("a comment among the objects", "<resources><!-- c --></resources><!-- d --><node id='u' uname='n' "
         "type='normal'/>"),
        ("a node_state alone", "<node_state id='u' uname='n1'><lrm id='u'><lrm_resources/></lrm></node_state>"),
        ("a configuration without constraints", "<cib><configuration><resources/></configuration></cib>"),
        ("no resources but constraints", "<cib><configuration><constraints><rsc_order id='o' from='a' to='b:0'/>"
         "</constraints></configuration></cib>"),
        ("an id beyond the first plane", "<cib><configuration><constraints><rsc_location id='\U0001f600' rsc='a'/>"
         "</constraints></configuration></cib>"),
        ("a lifetime among constraints", "<cib><configuration><constraints><lifetime><rule id='r'><expression id='e' "
         "attribute='a'/></rule></lifetime></constraints></configuration></cib>"),
        ("a constraint about nothing among fragments", "<rsc_location id='l'><rule id='r'><expression id='e' "
         "attribute='a' operation='defined'/></rule></rsc_location><rsc_order id='o' from='a'/>"
         "<rsc_colocation id='c' from='' to='b'/>"),
        ("both languages in one constraint", "<cib><configuration><resources><group id='a'><primitive id='p' "
         "class='ocf' provider='heartbeat' type='Dummy'/></group></resources><constraints><rsc_order id='o' "
         "from='a' to='p' then='x' score='0'/><rsc_colocation id='c' from='a' to='p' rsc='x'/></constraints>"
         "</configuration></cib>"),
        ("an object in an nvpair", "<primitive id='p' class='ocf' provider='heartbeat' type='Dummy'><meta_attributes "
         "id='m'><attributes><nvpair id='n' name='priority' value='1'/><nvpair id='o' name='priority' value='2'>"
         "<primitive id='d'><meta_attributes id='dm'><attributes><nvpair id='dn' name='target_role' "
         "value='started'/></attributes></meta_attributes></primitive></nvpair></attributes></meta_attributes>"
         "</primitive>"),
        ("another line separator in a value", "<cib><configuration><resources><primitive id='p' class='ocf' "
         "provider='heartbeat' type='Dummy'><foo a='x\u2028y'/></primitive></resources></configuration></cib>"),
    ],
)  # fmt: skip
def test_what_broke_a_promise_once(cause: str, text: str, pacemaker_10: etree.RelaxNG) -> None:
    for answers in ANSWERS:
        assert [*broken_promises(text, answers, pacemaker_10)] == [], cause


def _one_line(count: int) -> str:
    """Everything on one line, as `cibadmin -Q` of some releases writes it, with a change for each attribute."""
    resources = "".join(
        f'<primitive id="p:{number}" class="ocf" provider="heartbeat" type="Dummy" is_managed="on" description="\xe4"/>'
        for number in range(count)
    )
    attributes = " ".join(f'a{number}="1"' for number in range(count))
    location = f'<rsc_location id="l" rsc="p:0" node="n1" score="1" {attributes}/>'
    sections = f"<resources>{resources}</resources><constraints>{location}</constraints>"
    return f"<cib><configuration>{sections}</configuration></cib>"


def _rules(count: int) -> str:
    """As many rules to fold a lifetime into, as it has rules."""
    terms = "".join(
        f'<rule id="t{number}"><date_expression id="d{number}" operation="gt" start="2009-01-01"/></rule>'
        for number in range(count)
    )
    rules = "".join(
        f'<rule id="r{number}" score="1"><expression id="e{number}" attribute="a" operation="defined"/></rule>'
        for number in range(count)
    )
    return (
        f'<rsc_location id="l" rsc="p"><lifetime id="t">{terms}</lifetime>{rules}</rsc_location>'
        '<primitive id="p" class="ocf" provider="heartbeat" type="Dummy"/>'
    )


@pytest.mark.parametrize(("make", "count"), [(_one_line, 2000), (_rules, 60)], ids=["one line", "rules"])
def test_the_change_log_grows_as_the_input_does(make: Callable[[int], str], count: int) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        changes_text.render_full(view(migrate(cluster_of(text), ANSWERS[0])))
        return time.process_time() - start

    seconds(make(10))
    small, large = make(count // 4), make(count)
    growth = len(large) / len(small) if make is _one_line else (count / (count // 4)) ** 2
    assert seconds(large) < 2.5 * growth * seconds(small) + 0.2
