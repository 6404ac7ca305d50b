"""No input, however mangled, gives a traceback, a strange status, a silent failure or a raw control character."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.cases import faults, make_case

CASES = 2_000
_PARTS = 20
"""The cases go to the test runner in so many parts, so that it can spread them."""


@pytest.mark.parametrize("part", range(_PARTS))
def test_nothing_breaks_a_command(part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    told = [
        f"{seed}: {'; '.join(found)}"
        for seed in range(part, CASES, _PARTS)
        if (found := faults(make_case(seed), tmp_path / "case"))
    ]
    assert not told, "\n".join(told)


def test_a_seed_is_a_case() -> None:
    assert make_case(7) == make_case(7) != make_case(8)
