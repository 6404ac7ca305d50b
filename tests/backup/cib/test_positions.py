"""Byte positions of elements and attributes."""

from __future__ import annotations

from encodings.aliases import aliases
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cibtools.backup.cib.positions import _parsed_offsets, _scanned_offsets
from cibtools.backup.cib.read import XmlTree, read_xml
from cibtools.backup.record.source import Source, Span


def tree_of(text: str, encoding: str = "utf-8") -> tuple[bytes, XmlTree]:
    source = Source("a.xml", text.encode(encoding))
    tree = read_xml(source).tree
    assert tree is not None
    return source.data, tree


def cut(data: bytes, span: Span | None, encoding: str = "utf-8") -> str:
    assert span is not None
    return data[span.start : span.end].decode(encoding)


FIXTURES = Path(__file__).parents[3] / "fixtures"
TEXT = """<cib a='1>0' >
  <nvpair id="x" name = "é"
          value=''/><b></b><!-- <c/> --></cib>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "iso-8859-1"])
def test_spans_are_those_of_the_original_bytes(encoding: str) -> None:
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n' if encoding == "iso-8859-1" else ""
    bom = "\ufeff" if encoding.startswith("utf-16") else ""
    data, tree = tree_of(bom + head + TEXT, encoding)
    cib = tree.roots[0]
    nvpair, empty = cib[0], cib[1]
    assert cut(data, tree.span(cib), encoding) == TEXT
    assert cut(data, tree.start_tag_span(cib), encoding) == "<cib a='1>0' >"
    assert cut(data, tree.value_span(cib, "a"), encoding) == "1>0"
    assert cut(data, tree.attribute_span(nvpair, "name"), encoding) == 'name = "é"'
    assert cut(data, tree.value_span(nvpair, "value"), encoding) == ""
    assert cut(data, tree.span(empty), encoding) == "<b></b>"
    assert tree.value_span(nvpair, "score") is None


def test_several_roots_keep_their_places() -> None:
    data, tree = tree_of('<?xml version="1.0"?>\n<op id="a"/>\n<!-- between -->\n<op id="b"/>\n')
    assert [cut(data, tree.span(root)) for root in tree.roots] == ['<op id="a"/>', '<op id="b"/>']


def test_positions_hold_past_line_65535() -> None:
    data, tree = tree_of("<a>" + "\n" * 70_000 + '<b id="far"/></a>')
    span = tree.span(tree.roots[0][0])
    assert cut(data, span) == '<b id="far"/>'
    assert tree.source.location(span).line == 70_001


names = st.sampled_from(["cib", "op", "nvpair"])
values = st.text(alphabet="ab<>&\"' é\n", max_size=8)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> etree._Element:
    element = etree.Element(draw(names))
    for name in draw(st.lists(st.sampled_from(["id", "name", "value"]), unique=True)):
        element.set(name, draw(values))
    for _ in range(draw(st.integers(0, 3 if depth < 3 else 0))):
        element.append(draw(elements(depth + 1)))
    return element


@given(elements())
def test_every_element_parses_again_from_its_span(element: etree._Element) -> None:
    data, tree = tree_of(etree.tostring(element, encoding="unicode"))
    for found in tree.roots[0].iter("*"):
        assert etree.tostring(etree.fromstring(cut(data, tree.span(found)))) == etree.tostring(found, with_tail=False)
        for name, value in found.attrib.items():
            attribute = cut(data, tree.attribute_span(found, str(name)))
            assert etree.fromstring(f"<x {attribute}/>").get(str(name)) == value


# U+0220 became a letter of names with the fifth edition of XML 1.0, which libxml2 follows and expat does not.
FIFTH_EDITION = [
    '<cib xȠ="1"><a b="2"/><!-- <c d="3"> --><Ƞ><b/></Ƞ></cib>',
    "<cib a='>' xȠ=\"'\"><![CDATA[<a>]]><?pi <a> ?><a\n b='/>'/></cib>",
    '<!DOCTYPE cib SYSTEM "crm.dtd" [<!ATTLIST a b CDATA "]>">]>\n<cib xȠ="日"><a b="é"/></cib>',
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("text", FIFTH_EDITION)
def test_names_that_only_one_edition_of_xml_takes_have_places_too(text: str, encoding: str) -> None:
    data, tree = tree_of(text, encoding)
    codec = "utf-8" if encoding == "utf-8" else "utf-16-le"
    for element in tree.top.iter("*"):
        assert cut(data, tree.start_tag_span(element), codec).startswith(f"<{element.tag}")
        for name, value in element.attrib.items():
            span = tree.value_span(element, str(name))
            assert span is None or cut(data, span, codec) == value


@pytest.mark.parametrize(
    "path",
    sorted(path for name in ("hasi", "quiet", "pacemaker-1.0") for path in (FIXTURES / name).rglob("*.xml")),
    ids=str,
)
def test_the_scanner_of_tags_agrees_with_expat(path: Path) -> None:
    data = path.read_bytes()
    assert _scanned_offsets(data, "utf-8") == _parsed_offsets(data, "utf-8")


def test_no_name_of_an_encoding_breaks_the_reader() -> None:
    odd = {"latin-1", "utf-8859-1", "unicode_escape", "punycode", "undefined", "", "a b", "UTF-32", "é", "x" * 500}
    for name in sorted(odd | set(aliases) | set(aliases.values())):
        data = f'<?xml version="1.0" encoding="{name}"?>\n<cib><a b="ä"/></cib>'.encode()
        tree = read_xml(Source("a.xml", data)).tree
        for element in tree.top.iter("*") if tree else ():
            assert tree is not None
            assert tree.span(element).end > tree.span(element).start
