"""The end of a text report: counts, and the lists of what was silenced, skipped or counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cibtools.lint.record.finding import Severity
from cibtools.lint.record.outcome import LintRun
from cibtools.report.shared.options import TextOptions
from cibtools.report.shared.printable import counted, visible
from cibtools.report.shared.style import Piece, Style, plain

SEVERITY_STYLE = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING, Severity.INFO: Style.INFO}


def read_count(run: LintRun) -> int:
    """How many files were understood."""
    return sum(document.kind.is_known for document in run.documents)


def summary_pieces(run: LintRun, options: TextOptions) -> Iterator[Piece]:
    """Counts by severity, and files; then what was not shown or not asked, and how to see it."""
    read, others = read_count(run), len(run.documents) - read_count(run)
    if run.errors:
        yield Style.ERROR, f"Incomplete, see {counted(len(run.errors), 'error message')}"
    if read or run.findings:
        yield plain("; " if run.errors else "")
        yield from _verdict(run)
        yield plain(f" in {counted(read, 'file')}")
    elif not run.errors:
        yield plain("Nothing was checked")
    if len(run.clusters) > 1:
        yield plain(f" of {len(run.clusters)} clusters")
    yield plain(f", {counted(others, 'other')} not checked" if others else "")
    yield plain("\n")
    if run.suppressed:
        hint = "" if options.show_suppressed else "; --show-suppressed lists them"
        yield Style.DIM, f"{counted(len(run.suppressed), 'finding')} silenced by comments{hint}\n"
    if run.accepted:
        yield Style.DIM, f"{counted(len(run.accepted), 'finding')} accepted in the baseline\n"
    if run.skipped:
        rules = len({found.rule.code for found in run.skipped})
        missing = dict.fromkeys(name for found in run.skipped for name in found.missing)
        hint = "" if options.show_skipped else " (list: --show-skipped)"
        yield Style.DIM, f"{counted(rules, 'rule')} skipped: the input has no {', no '.join(missing)}{hint}\n"


def _verdict(run: LintRun) -> Iterator[Piece]:
    if not run.findings:
        yield (plain("no findings"), (Style.GOOD, "No findings"))[not run.errors]
        return
    counts = Counter(finding.severity for finding in run.findings)
    yield Style.STRONG, f"{counted(len(run.findings), 'finding')}: "
    present = [severity for severity in Severity if counts[severity]]
    for severity in present:
        yield plain("" if severity is present[0] else ", ")
        yield SEVERITY_STYLE[severity], counted(counts[severity], severity.value)


def error_pieces(run: LintRun) -> Iterator[Piece]:
    """Each thing that could not be read, or done."""
    for error in run.errors:
        where = f"{visible(error.location.path)}:{error.location.line}: " if error.location else ""
        yield Style.ERROR, "error"
        yield plain(f": {where}{visible(error.message)}\n")
        if error.hint:
            yield Style.REMEDY, "  help"
            yield plain(f": {visible(error.hint)}\n")
    if run.errors:
        yield plain("\n")


def statistics_pieces(run: LintRun) -> Iterator[Piece]:
    """How many findings each rule has, the most frequent first."""
    if not run.findings:
        return
    counts = Counter((finding.code, finding.severity, finding.name) for finding in run.findings)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0][0], -item[0][1].rank))
    digits = len(str(ranked[0][1]))
    for (code, severity, name), count in ranked:
        yield plain(f"{count:>{digits}}  {code}  ")
        yield SEVERITY_STYLE[severity], f"{severity.value:<7}"
        yield plain(f"  {name}\n")
    yield plain("\n")


def skipped_pieces(run: LintRun) -> Iterator[Piece]:
    """Each rule that was skipped, and what the input lacks for it; by cluster if there are several."""
    roots = dict.fromkeys(found.root for found in run.skipped)
    for root in roots:
        mine = [found for found in run.skipped if found.root == root]
        yield Style.STRONG, "Skipped rules"
        yield plain(f" in {visible(root)}:\n" if len(run.clusters) > 1 else ":\n")
        for found in mine:
            yield plain(f"  {found.rule.code}  {found.rule.name}: ")
            yield Style.DIM, f"no {', no '.join(found.missing)}\n"
        yield plain("\n")


def suppressed_pieces(run: LintRun) -> Iterator[Piece]:
    """Each finding that a comment silences, and the reason it gives."""
    if not run.suppressed:
        return
    yield Style.STRONG, "Silenced by comments:\n"
    for finding in run.suppressed:
        place = finding.location
        yield plain("  ")
        yield Style.PATH, f"{visible(place.path)}:{place.line}:{place.column}"
        yield plain(f": {finding.code} {finding.name} – {visible(finding.suppressed_by)}\n")
    yield plain("\n")
