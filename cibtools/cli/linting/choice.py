"""What a call of `lint` asks for, and what comes of it."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class LintChoice(Struct, frozen=True):
    """What the options of lint say, those about its inputs apart."""

    format_name: str
    outputs: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    persona: str
    target: str | None
    fail_on: str | None
    rule_directories: tuple[str, ...]
    config: Path | None
    isolated: bool
    statistics: bool
    show_skipped: bool
    show_suppressed: bool
    no_cache: bool
    baseline: Path | None
    update_baseline: bool
    fix: bool
    unsafe_fixes: bool
    fix_only: bool
    diff: bool
    color: str


class Answer(Struct, frozen=True):
    """What a run prints and how it ends."""

    printed: str
    errors: tuple[str, ...]
    status: int
