"""Differences side by side: values, meanings and places, and any text in every format."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cibtools.cli.inputs.open import read_one
from cibtools.cli.outputs.formats import DIFFERENCE
from cibtools.cluster.compare.compare import compare, side_of
from cibtools.cluster.compare.difference import Comparison, Difference, DifferenceKind
from cibtools.report.difference.rows import Cell, Row, by_section
from tests.conftest import REPO
from tests.report.nasty import NASTY

GOOD, BROKEN = (str(REPO / "fixtures" / name) for name in ("pacemaker-1.0", "pacemaker-1.0-broken"))


def rows() -> dict[str, Row]:
    found = compare(side_of(read_one(GOOD)), side_of(read_one(BROKEN)))
    return {row.what: row for part in by_section(found, GOOD, BROKEN).values() for row in part}


def test_a_constraint_is_told_in_words_on_both_sides() -> None:
    row = rows()["rsc_colocation files-with-configpool: score"]
    assert row.old == Cell('"INFINITY"', True, "files runs where configpool-clone runs", "cib.xml:192")
    assert row.new.text == "not set"
    assert row.new.meaning == "files and configpool-clone have a colocation without effect"


def test_an_order_behind_a_clone_without_a_score_is_what_this_release_makes_of_it() -> None:
    row = rows()["rsc_order web-after-configpool: score"]
    assert row.old.meaning == row.new.meaning == "web starts after configpool-clone, advisory"


def test_what_one_side_has_alone_stands_on_that_side() -> None:
    row = rows()["rsc_location ipmi-alder-not-on-alder"]
    assert (row.state, row.old) == ("only in NEW", Cell("", False, "", ""))
    assert row.new.meaning == "ipmi-alder never runs on alder"


@pytest.mark.parametrize(("value", "meaning"), [("60000", "1000 min"), ("30s", "30 s"), (None, "")])
def test_a_time_is_told_with_its_unit(value: str | None, meaning: str) -> None:
    one = Difference(DifferenceKind.CHANGED, "resources", "primitive a", ("op start",), "timeout", value, "5 s")
    (row,) = by_section(Comparison((one,), ("resources",)), "a", "b")["resources"]
    assert (row.old.meaning, row.new.meaning) == (meaning, "")


def test_each_section_is_one_table(tmp_path: Path) -> None:
    found = compare(side_of(read_one(GOOD)), side_of(read_one(BROKEN)))
    assert DIFFERENCE.renderer("md")(found, GOOD, BROKEN).count("## resources") == 1


@given(st.sampled_from(DifferenceKind), NASTY, NASTY, NASTY)
def test_any_text_survives(kind: DifferenceKind, one: str, other: str, name: str) -> None:
    found = Comparison((Difference(kind, name, one, (other,), "score", one, other, name),), (name,), (other,))
    page = DIFFERENCE.renderer("html")(found, one, other)
    assert page.count("<script>") == 1
    tree = etree.fromstring(
        page.split("<body", 1)[1].encode().join([b"<body", b""]).replace(b"</html>\n", b""), etree.HTMLParser()
    )
    assert len(tree.findall(".//tbody/tr")) == 1
    table = [line for line in DIFFERENCE.renderer("md")(found, one, other).splitlines() if line.startswith("| ")]
    assert len(table) == 3
    assert not {"\x1b", "\u202e"} & set(page)
