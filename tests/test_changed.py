from __future__ import annotations

import pytest

from tests.changed import BESIDE, REPO, called_for, without_inner

THERE = {"tests/a", "tests/a/b", "tests/a/b/test_c.py", "tests/test_top.py"}


@pytest.mark.parametrize(
    ("file", "tests"),
    [
        ("cibtools/a/b/c.py", ["tests/a/b"]),
        ("cibtools/a/new/d.py", ["tests/a"]),
        ("cibtools/a/d.toml", ["tests/a"]),
        ("cibtools/top.py", []),
        ("tests/a/b/test_c.py", ["tests/a/b/test_c.py"]),
        ("tests/a/b/test_deleted.py", ["tests/a/b"]),
        ("tests/a/lab.py", ["tests/a"]),
        ("tests/test_top.py", ["tests/test_top.py"]),
        ("tests/conftest.py", []),
        ("docs/lint.md", ["tests/test_readme.py"]),
        ("LICENSE", []),
    ],
)
def test_a_change_calls_for_the_tests_beside_it(file: str, tests: list[str]) -> None:
    assert [*called_for([file], THERE.__contains__)][1:] == tests


def test_what_lies_inside_another_path_is_left_out() -> None:
    assert without_inner(["tests/a", "tests/a/b", "tests/ab", "tests/a"]) == ["tests/a", "tests/ab"]


def test_what_is_named_exists() -> None:
    assert not [path for tests in BESIDE.values() for path in tests if not (REPO / path).exists()]
