"""`lint --fix`: correct the files themselves, to the byte, and lint what is there then."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cibtools.errors import InputError

if TYPE_CHECKING:
    from cibtools.lint.fixes.edits import Fixed
    from cibtools.lint.record.outcome import LintRun

ROUNDS = 5
"""A fix may make way for another one; more often than this none does."""


def fixed_files(run: LintRun, *, unsafe: bool) -> tuple[Fixed, ...]:
    """The files as they would be with the fixes that are wanted, in order of their paths."""
    from cibtools.lint.fixes.edits import apply_fixes

    return tuple(sorted(apply_fixes(run.findings, unsafe=unsafe), key=lambda one: one.document.path))


def difference(files: Sequence[Fixed]) -> str:
    """What would change, as a unified diff; secrets are hidden."""
    from cibtools.backup.record.secret import mask_text
    from cibtools.report.shared.printable import visible

    return "".join(
        f"{visible(mask_text(line))}\n"
        for one in files
        for line in _unified(one)
        if line != "\\ No newline at end of file"
    )


def _unified(one: Fixed) -> Iterator[str]:
    encoding, path = one.document.source.encoding, one.document.path
    before, after = (data.decode(encoding, "replace").splitlines() for data in (one.document.source.data, one.data))
    return difflib.unified_diff(before, after, path, path, lineterm="")


def write_fixes(files: Sequence[Fixed]) -> None:
    """Write the files in place; raise InputError, with nothing changed, if one of them is not what was read."""
    from cibtools.cli.outputs.write import rewrite_all

    changed: dict[Path, bytes] = {}
    for one in files:
        path = Path(one.document.path)
        if not path.is_file() or path.read_bytes() != one.document.source.data:
            raise InputError(
                f"{one.document.path}: cannot be fixed in place",
                hint="unpack it, or name the file itself, not a copy of it",
            )
        changed[path] = one.data
    rewrite_all(changed)


def fix_all(run: LintRun, lint: Callable[[], LintRun], *, unsafe: bool) -> tuple[LintRun, list[Fixed]]:
    """Fix and lint again until nothing is left to fix; give the last run, and what was written."""
    written: list[Fixed] = []
    for _ in range(ROUNDS):
        files = () if run.errors else fixed_files(run, unsafe=unsafe)
        if not files:
            break
        write_fixes(files)
        written += files
        run = lint()
    return run, written


def summary(written: Sequence[Fixed], run: LintRun, *, unsafe: bool) -> Sequence[str]:
    """Lines that tell what was fixed, and what could be."""
    from cibtools.report.shared.printable import counted, visible

    lines = [
        f"fixed: {visible(one.document.path)}: {finding.code} {finding.name}: {visible(fix.title)}"
        for one in written
        for finding, fix in one.done
    ]
    left = len([fix for finding in run.findings for fix in finding.fixes if not fix.safe])
    if left and not unsafe:
        lines.append(
            f"cibtools: {counted(left, 'more fix', 'more fixes')} would change what the cluster does: --unsafe-fixes"
        )
    return lines
