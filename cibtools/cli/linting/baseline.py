"""The baseline file of `lint`: read, compared and written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cibtools.errors import ConfigError

if TYPE_CHECKING:
    from cibtools.cli.outputs.guard import Place
    from cibtools.lint.record.baseline import Entry
    from cibtools.lint.record.outcome import LintRun

NAME = "cibtools-baseline.json"
"""What `--update-baseline` writes to if no name is given."""
_SHOWN = 5
"""Gone entries that are named; the rest are counted."""


class Baseline(Struct, frozen=True):
    """What is accepted, and the file that says so."""

    path: Path
    text: str
    """Empty if there is no file yet."""
    entries: tuple[Entry, ...]

    @property
    def accepted(self) -> frozenset[str]:
        """The fingerprints of all entries."""
        return frozenset(entry.fingerprint for entry in self.entries)


def read_baseline(path: Path, *, may_lack: bool) -> Baseline:
    """Read a baseline; raise ConfigError if it is none, or if it is not there and must be."""
    from cibtools.cli.inputs.text import read_text
    from cibtools.lint.record.baseline import parse_baseline

    if not path.exists():
        if may_lack:
            return Baseline(path, "", ())
        raise ConfigError(f"{path}: there is no such baseline", hint="write it with --update-baseline")
    text = read_text(path)
    return Baseline(path, text, parse_baseline(text, str(path)))


def mended(run: LintRun, baseline: Baseline) -> Sequence[str]:
    """Lines about entries that were found no more; none if not everything could be asked."""
    from cibtools.lint.record.baseline import gone
    from cibtools.report.shared.printable import counted, visible

    if run.errors:
        return ()
    skipped = {found.rule.code for found in run.skipped}
    asked = [rule.code for rule in run.rules if rule.code not in skipped]
    found = gone(baseline.entries, (*run.findings, *run.accepted, *run.suppressed), asked)
    if not found:
        return ()
    named = "; ".join(f"{entry.code} {visible(entry.where)}" for entry in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    verb = "is" if len(found) == 1 else "are"
    told = f"{counted(len(found), 'finding')} of the baseline {verb} gone: {named}{more}"
    return (f"cibtools: {told}\n  help: --update-baseline takes what is gone out of {baseline.path}",)


def written(run: LintRun, baseline: Baseline, place: Place) -> str:
    """Write every finding of a run into the baseline, and tell what changed; entries of rules not asked stay."""
    from cibtools.cli.outputs.write import NewFile, write_all
    from cibtools.lint.record.baseline import entry_of, render_baseline

    asked = {rule.code for rule in run.rules} - {found.rule.code for found in run.skipped}
    kept = [entry for entry in baseline.entries if entry.code not in asked]
    now = [entry_of(finding) for finding in run.findings]
    before, after = baseline.accepted, {entry.fingerprint for entry in (*kept, *now)}
    write_all([NewFile(place, render_baseline((*kept, *now)).encode())])
    new, taken = len(after - before), len(before - after)
    return f"{baseline.path}: {len(after)} accepted, {new} of them new, {taken} gone\n"
