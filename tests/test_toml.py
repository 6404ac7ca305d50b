"""TOML that a user wrote: what is wrong has its line, and nothing is too deep or too large."""

from __future__ import annotations

import pytest

from cibtools.errors import ConfigError
from cibtools.toml import key_location, parse_toml


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a = 1\nb = ", 2, "Invalid value"),
        ("a = 1\na = 2", 2, "Cannot overwrite a value"),
        ("[a]\n[b\n", 2, "Expected ']'"),
        ("x = 'é'\ny = \"\\q\"", 2, "Unescaped"),
        ("x = " + "1" * 5000, 1, "digits"),
        ("\n\nx = [1,\n", 4, "Invalid value"),
    ],
)
def test_a_mistake_has_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_toml(text, "a.toml", "hint")
    error = caught.value
    assert error.message.startswith("not TOML: ")
    assert message in error.message
    assert error.location is not None
    assert (error.location.path, error.hint) == ("a.toml", "hint")
    assert abs(error.location.line - line) <= 1


@pytest.mark.parametrize(
    "text",
    ["x = " + "[" * 100_000, "x." * 21 + "x = 1", "[" + "x." * 500 + "x]", "x = " + "{a = " * 21 + "1" + "}" * 21],
)  # fmt: skip
def test_nothing_is_too_deep(text: str) -> None:
    with pytest.raises(ConfigError, match=r"nested too deeply|not TOML"):
        parse_toml(text, "a.toml", "")


def test_what_is_right_is_parsed() -> None:
    assert parse_toml("[a.b]\nc = [1, {d = 2}]", "a.toml", "") == {"a": {"b": {"c": [1, {"d": 2}]}}}


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nkey = 2", 2), ("[key]\n", 1), ("\n[key.more]", 2), ("'key' = 1", 1), ("[tool.x]\n[tool.x.key]", 2),
     ("a = 'key'", 1), ("[[key]]", 1), ("keys = 1\nkey.a = 2", 2)],
)  # fmt: skip
def test_a_key_is_found(text: str, line: int) -> None:
    assert key_location(text, "a.toml", "key").line == line
