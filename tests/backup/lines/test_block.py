"""Files of nested sections with `key = value`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from cibtools.backup.lines.block import DEEPEST, Settings, read_block, repeated
from cibtools.backup.lines.side_text import SideText
from cibtools.backup.record.fact import Known, Unknown
from cibtools.backup.record.source import Source
from tests.backup.side_files import check_spans, mangled


def flat(text: str) -> tuple[dict[str, list[str]], list[str]]:
    side = SideText(Source("x.conf", text.encode()))
    found = read_block(side)
    values = {setting.path: [option.text for option in setting.values] for setting in found}
    return values, sorted(problem.variant for problem in (*side.problems, *repeated(found)))


@pytest.mark.parametrize(
    ("text", "values", "problems"),
    [
        ("a {\n\tb = c\n}\n", {"a/b": ["c"]}, []),
        ("a{b=c}", {"a/b": ["c"]}, []),
        ("a { b { c = 1 } d = 2 }", {"a/b/c": ["1"], "a/d": ["2"]}, []),
        ("a/b = 1", {"a/b": ["1"]}, []),
        ('a = "b # c" # d', {"a": ["b # c"]}, []),
        (r'a = "b\"c\\d\."', {"a": [r'b"c\d\.']}, []),
        ("a = 'b\"'", {"a": ['b"']}, []),
        ('a = [ "b", "c", ]', {"a": ["b", "c"]}, []),
        ("a = [ b c\n d ]", {"a": ["b", "c", "d"]}, []),
        ("a = [b sd[a-z]*]", {"a": ["b", "sd[a-z]*"]}, []),
        ("a = []", {"a": []}, []),
        ("a = 1\na = 2", {"a": ["2"]}, ["twice"]),
        ("a { b = 1", {"a/b": ["1"]}, ["not-closed"]),
        ("a = [ b", {"a": ["b"]}, ["not-closed"]),
        ("a = 1 }", {"a": ["1"]}, ["stray"]),
        ("{ a = 1 }", {"a": ["1"]}, ["stray", "stray"]),
        ("a =\n}", {}, ["no-value", "stray"]),
        ("a b = 1", {"b": ["1"]}, ["malformed"]),
        ('a = "b', {"a": ["b"]}, ["torn-string"]),
        ("a = “b”", {"a": ["b"]}, ["curly-quote"]),
    ],
)
def test_files(text: str, values: dict[str, list[str]], problems: list[str]) -> None:
    assert flat(text) == (values, problems)


def test_depth_is_no_danger() -> None:
    values, problems = flat("a {" * 50_000 + "b = 1" + "}" * 50_000)
    assert values == {"/".join(["a"] * DEEPEST + ["b"]): ["1"]}
    assert problems == []


def test_settings_by_path() -> None:
    found = Settings(read_block(SideText(Source("x", b"a = 1\na = 2\nb = [ 1 ]\nc = x\n"))))
    assert isinstance(found.word("a"), Known)
    number = found.number("a")
    assert isinstance(number, Known)
    assert number.value == 2
    assert isinstance(found.word("b"), Unknown)
    assert isinstance(found.number("c"), Unknown)
    assert found.values("d") is None


@settings(max_examples=300, deadline=None)
@given(mangled("a", "[", "]", ",", "/", "\\", "b = ", '"c"', "sd[a-z]"))
def test_no_input_raises(data: bytes) -> None:
    source = Source("x.conf", data)
    text = SideText(source)
    check_spans((read_block(text), tuple(text.problems)), source)
