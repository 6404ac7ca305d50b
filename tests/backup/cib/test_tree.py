"""What is read otherwise than it stands in the file leaves a defect."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.tree import CibTree, parse_cib
from cibtools.backup.record.kind import Defect, Kind
from cibtools.backup.record.source import Source

CIB = '<cib epoch="{}"><configuration><resources/></configuration></cib>'


def read(data: bytes) -> tuple[CibTree, tuple[Defect, ...], Kind]:
    tree, defects, kind = parse_cib(Source("cib.xml", data))
    assert tree is not None
    return tree, defects, kind


@pytest.mark.parametrize("before", ["\n", "  ", "\r\n\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("times", [1, 2])
def test_blanks_before_the_declaration_leave_a_defect(before: str, mark: bytes, times: int) -> None:
    section = "<resources/>" * times
    _, defects, _ = read(mark + f'{before}<?xml version="1.0"?>{section}'.encode())
    (defect,) = defects
    assert defect.variant == "repaired"
    assert "declaration" in defect.message
    assert defect.span.end - defect.span.start == len(before)
    for fine in (f"{before}{section}", f'<?xml version="1.0"?>{before}{section}'):
        assert read(mark + fine.encode())[1] == ()


def test_of_two_whole_cibs_the_first_is_read_and_the_second_told() -> None:
    data = (CIB.format(1) + "\n" + CIB.format(2)).encode()
    tree, (defect,), kind = read(data)
    assert kind is Kind.CIB
    assert [root.get("epoch") for root in tree.roots] == ["1"]
    assert len([*tree.sections()]) == 1
    assert data[defect.span.start :].startswith(b'<cib epoch="2"')


@pytest.mark.parametrize("place", ["<cib ", "<configuration", "<resources"])
def test_a_default_namespace_is_told_and_not_read(place: str) -> None:
    data = CIB.format(1).replace(place, f'{place.strip()} xmlns="urn:x" ').encode()
    tree, (defect,), kind = read(data)
    assert kind is Kind.CIB
    assert [found.tag for found in tree.sections()] == ["resources"]
    assert defect.variant == "repaired"
    assert data[defect.span.start : defect.span.end].startswith(place.strip().encode())


def test_an_element_with_a_prefix_stays_foreign() -> None:
    tree, defects, _ = read(b'<resources xmlns:x="urn:x"><x:primitive/></resources>')
    assert defects == ()
    assert tree.roots[0][0].tag == "{urn:x}primitive"
