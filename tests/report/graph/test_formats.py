"""Whatever a name is made of, every format stays what it is, and graphviz draws ours."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cibtools.cli.outputs.formats import GRAPH
from cibtools.cluster.graph.picture import Edge, Picture, Shape, Tie, Vertex

SVG = "{http://www.w3.org/2000/svg}"
WORDS = st.text(max_size=40) | st.sampled_from(
    [
        '"]--> x',
        "<script>alert(1)</script>",
        "a\nb",
        "\u202eabc",
        "]]>",
        "&amp;",
        "\x1b[2J",
        "日本" * 30,
        "\\",
        "%%{init}%%",
    ]
)


def picture(one: str, other: str, note: str) -> Picture:
    vertices = (Vertex("a", Shape.DOMU, one, (other,)), Vertex("b", Shape.HOST, other))
    edges = tuple(Edge(tie, "a", "b", note) for tie in Tie)
    return Picture(note, vertices, edges)


@given(WORDS, WORDS, WORDS)
def test_any_text_survives(one: str, other: str, note: str) -> None:
    drawn = {name: GRAPH.renderer(name)(picture(one, other, note)) for name in GRAPH.names}
    top = etree.fromstring(drawn["svg"].encode())
    assert not [
        found for found in top.iter() if etree.QName(found).localname in ("script", "image", "foreignObject", "a")
    ]
    assert len(list(top.iter(f"{SVG}title"))) == 1 + 2 + len(Tie)
    assert len(drawn["mermaid"].splitlines()) == 2 + 2 + len(Tie)
    assert len(drawn["dot"].splitlines()) == 2 + 2 + len(Tie) + 1
    for text in drawn.values():
        assert not {"\x1b", "\u202e", "\x85", "\u2028"} & set(text)


@pytest.mark.parametrize("shape", Shape)
def test_every_shape_and_tie_is_in_the_legend(shape: Shape) -> None:
    one = Picture("t", (Vertex("a", shape, "a"), Vertex("b", shape, "b")), tuple(Edge(tie, "a", "b") for tie in Tie))
    told = [found.text for found in etree.fromstring(GRAPH.renderer("svg")(one).encode()).iter(f"{SVG}text")]
    assert {shape.value, *(tie.value for tie in Tie)} <= set(told)


def test_graphviz_takes_the_dot() -> None:
    program = shutil.which("dot")
    if program is None:
        pytest.skip("graphviz is not installed")
    text = GRAPH.renderer("dot")(picture('say "hi"\\', "ünï", "o1"))
    done = subprocess.run([program, "-Tsvg"], input=text.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"say" in done.stdout
