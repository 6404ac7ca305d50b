"""Reading XML: what passes, what is repaired, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cibtools.backup.cib.read import XmlResult, read_xml
from cibtools.backup.cib.repair import Patch, PatchMap, apply_patches
from cibtools.backup.record.source import Source


def read(text: str | bytes) -> XmlResult:
    return read_xml(Source("a.xml", text.encode() if isinstance(text, str) else text))


@pytest.mark.parametrize(
    "text",
    [
        "<cib/>",
        "\n\n <cib/>",
        "\ufeff<cib/>",
        "<cib/>".encode("utf-16"),
        '<?xml version="1.0" encoding="utf8"?><cib id="é"/>',
        '<?xml version="1.0"?><!DOCTYPE cib SYSTEM "crm.dtd"><cib/>',
        "<!-- kept --><rsc_order id='a'/><!-- between --><rsc_order id='b'/>",
    ],
)
def test_passes_silently(text: str | bytes) -> None:
    result = read(text)
    assert result.tree is not None
    assert result.defects == ()


@pytest.mark.parametrize(
    ("text", "message", "value"),
    [
        ('<a><b value="1.2/>\n<c value="3"/></a>', "no closing quote", "1.2"),
        ("<a><b value=\u201c1.2\u201d/></a>", "typographic quotes", "1.2"),
        ('<a><b\u00a0value="1.2"/></a>', "no-break spaces", "1.2"),
        ('host1:~ # cibadmin -Q\n<a><b value="1.2"/></a>', "text before the first element", "1.2"),
        ('<a><b value="1.2"/>\x01</a>', "control characters", "1.2"),
        ('<b value="1.2"/>\n-snip-\n<b value="2"/>', "cut out", "1.2"),
        ('<?xml version="1.0" encoding="klingon"?><a><b value="1.2"/></a>', "not supported", "1.2"),
        ('<a><b value="é"/></a>'.encode("latin-1"), "not utf-8", "é"),
    ],
)
def test_known_damage_is_repaired_and_said(text: str | bytes, message: str, value: str) -> None:
    result = read(text)
    assert result.tree is not None
    assert [defect.variant for defect in result.defects] == ["repaired"]
    assert message in result.defects[0].message
    found = next(element for root in result.tree.roots for element in root.iter("b"))
    assert found.get("value") == value
    span = result.tree.value_span(found, "value")
    assert span is not None
    source = result.tree.source
    assert source.data[span.start : span.end].decode(source.encoding).strip("\u201c\u201d") == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<cib><configuration>\n<resources>", "ends inside an element"),
        ("<cib></configuration>", "not well-formed"),
        ("<cib></cib>\nERROR: the connection is closed", "behind the end of the XML"),
        ("<cib></cib></cib>", "behind the end of the XML"),
        ('<!DOCTYPE cib [<!ENTITY a "x">]><cib>&a;</cib>', "declares entities"),
        ('<!DOCTYPE cib [<!ENTITY a SYSTEM "file:///etc/passwd">]><cib>&a;</cib>', "declares entities"),
        ('<!DOCTYPE cib [<!ENTITY a "x">]><cib>&a;</cib>'.encode("utf-16"), "declares entities"),
        ("<cib>&undeclared;</cib>", "not well-formed"),
        ("<a>" * 5000, "nested deeper"),
    ],
)
def test_the_rest_is_refused_with_its_cause(text: str | bytes, message: str) -> None:
    result = read(text)
    assert result.tree is None
    assert result.defects[-1].fatal
    assert message in result.defects[-1].message


def test_the_place_of_damage_is_the_line_it_is_on() -> None:
    result = read('<a>\n<b value="1"/>\n<c value="1.2/>\n<d value="3"/>\n</a>')
    source = Source("a.xml", b"")
    assert result.tree is not None
    source = result.tree.source
    assert source.location(result.defects[0].span).line == 3


@given(
    st.one_of(
        st.binary(max_size=300), st.text(alphabet="<>/=\"' ab&;!-?\u201c\u00a0\x01\n", max_size=80).map(str.encode)
    )
)
@example(b"")
@example(b"\xff\xfe<")
@example(b'<?xml version="1.0" encoding="utf-16"?><a/>')
@example(b'<?xml version="1.0" encoding="shift_jis"?><a/>')
@example(b"<a:b/>")
def test_no_bytes_raise(data: bytes) -> None:
    result = read(data)
    assert (result.tree is None) == any(defect.fatal for defect in result.defects)
    if result.tree is not None:
        for root in result.tree.roots:
            for element in root.iter("*"):
                span = result.tree.span(element)
                assert 0 <= span.start < span.end <= len(data)


@pytest.mark.parametrize(
    "text",
    [
        '<a><nvpair id="p" name="ilo_password" value="hunter2/>\n<b c="d"/></a>',
        '<a><nvpair name="ilo_password"\n value="hunter2/>\n<b c="d"/></a>',
    ],
)
def test_a_damaged_secret_is_repaired_but_not_quoted(text: str) -> None:
    result = read(text)
    assert result.tree is not None
    (defect,) = result.defects
    assert "no closing quote" in defect.message
    assert "hunter2" not in defect.message + defect.hint


@given(
    st.binary(max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 4), st.binary(max_size=3)), max_size=6),
)
def test_the_way_back_from_patched_bytes_finds_what_was_left_alone(
    data: bytes, raw: list[tuple[int, int, bytes]]
) -> None:
    patches: list[Patch] = []
    for start, size, replacement in sorted(raw):
        if start + size <= len(data) and (not patches or start > patches[-1].end):
            patches.append(Patch(start, start + size, replacement))
    patched, way_back = apply_patches(data, patches), PatchMap(patches)
    starts = [way_back.original(offset) for offset in range(len(patched) + 1)]
    assert starts == sorted(starts)
    for offset, original in enumerate(starts[:-1]):
        replaced = any(patch.start == original for patch in patches)
        assert replaced or patched[offset] == data[original]
