"""From the options of `lint` to its answer: worked out, or recalled from the cache."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import astuple, replace

from cibtools.cli.inputs.choice import InputChoice
from cibtools.cli.inputs.open import Collected, collect, input_paths, read_inputs
from cibtools.cli.inputs.target import release_named
from cibtools.cli.linting.choice import Answer, LintChoice
from cibtools.cli.outputs.formats import LINT
from cibtools.cli.outputs.terminal import terminal_width, wants_color

if TYPE_CHECKING:
    from cibtools.cli.inputs.config import Configuration
    from cibtools.cli.linting.baseline import Baseline
    from cibtools.cli.outputs.guard import Place
    from cibtools.errors import CibtoolsError
    from cibtools.lint.record.outcome import LintRun


def answer(choice: InputChoice, what: LintChoice, named: Sequence[tuple[str, Path]]) -> Answer:
    """Lint, or recall what the same question gave before; `named` are the files that `--output` asks for."""
    from cibtools.cli.inputs.config import configuration_files
    from cibtools.cli.outputs.guard import Guard
    from cibtools.errors import CibtoolsError

    targets: list[tuple[str, Place]] = []
    if named:
        settings = [what.config] if what.config else configuration_files(_first(choice))
        guard = Guard(input_paths(choice), (*what.rule_directories, *settings))
        targets = [(name, guard.file("--output", path)) for name, path in named]
    known: Baseline | None = None
    try:
        configured = _configured(choice, what)
        known = _baseline(configured)
        collected = collect(choice)
        if known and what.update_baseline:
            place = Guard(input_paths(choice)).file("--baseline", known.path)
            return _updated(_lint(choice, configured, collected, frozenset()), known, place)
        if what.fix or what.fix_only or what.diff:
            return _fixed(choice, configured, known, targets, collected)
        # Files that are asked for must be written, so such a run is worked out even if the answer is known.
        if not what.no_cache and not targets:
            return _remembered(choice, configured, collected, known)
        run = _lint(choice, configured, collected, known.accepted if known else None)
    except CibtoolsError as error:
        configured, run, known = what, _failed(error), None
    return _delivered(run, configured, targets, known)


def _fixed(
    choice: InputChoice,
    what: LintChoice,
    known: Baseline | None,
    targets: list[tuple[str, Place]],
    collected: Collected,
) -> Answer:
    """Correct the files, or show how they would be corrected."""
    from cibtools.cli.linting.fixing import difference, fix_all, fixed_files, summary

    accepted = known.accepted if known else None

    run = _lint(choice, what, collected, accepted)

    def anew() -> LintRun:
        return _lint(choice, what, collect(choice), accepted)

    if what.diff:
        found = _delivered(run, what, targets, known)
        files = fixed_files(run, unsafe=what.unsafe_fixes)
        return Answer(difference(files), found.errors, found.status if run.errors else int(bool(files)))
    run, written = fix_all(run, anew, unsafe=what.unsafe_fixes)
    found = _delivered(run, what, targets, known)
    errors = (*summary(written, run, unsafe=what.unsafe_fixes), *found.errors)
    return (
        Answer("", errors, found.status if run.errors else 0)
        if what.fix_only
        else Answer(found.printed, errors, found.status)
    )


def _baseline(what: LintChoice) -> Baseline | None:
    """The baseline that the options or the configuration name."""
    from cibtools.cli.linting.baseline import NAME, read_baseline

    path = what.baseline or (Path(NAME) if what.update_baseline else None)
    return read_baseline(path, may_lack=what.update_baseline) if path else None


def _updated(run: LintRun, known: Baseline, place: Place) -> Answer:
    """The answer of a run that writes the baseline; nothing is written where not everything could be read."""
    from cibtools.cli.errors import describe
    from cibtools.cli.linting.baseline import written

    if run.errors:
        return Answer("", tuple(describe(error) for error in run.errors), 2)
    return Answer(written(run, known, place), (), 0)


def _first(choice: InputChoice) -> str:
    """The input that a configuration is looked for above."""
    return choice.inputs[0] if choice.inputs else "."


def _configuration(choice: InputChoice, what: LintChoice) -> Configuration:
    """The configuration that holds for this call; an empty one if none shall."""
    from cibtools.cli.inputs.config import Configuration, find_configuration, read_configuration

    if what.isolated:
        return Configuration(None, {})
    return read_configuration(what.config) if what.config else find_configuration(_first(choice))


def _configured(choice: InputChoice, what: LintChoice) -> LintChoice:
    """The options with what the configuration file says where they say nothing."""
    settings = _configuration(choice, what).lint()
    lists = what.select or what.persona != "regular"
    return replace(
        what,
        select=what.select or (() if lists else settings.select),
        ignore=(*(() if what.select else settings.ignore), *what.ignore),
        fail_on=what.fail_on or settings.fail_on,
        baseline=what.baseline or (Path(settings.baseline) if settings.baseline else None),
    )


def _remembered(choice: InputChoice, what: LintChoice, collected: Collected, known: Baseline | None) -> Answer:
    """The answer from the cache if everything it depends on is the same to the byte, else worked out and kept."""
    from cibtools.cli.inputs.cache import digest, keep, program_stamp, recall, stamp
    from cibtools.cli.inputs.catalogue import all_rule_files

    rules = stamp(all_rule_files(what.rule_directories))
    options = [
        program_stamp(),
        rules,
        repr(astuple(choice)),
        repr(astuple(what)),
        repr(_shown(what)),
        known.text if known else "",
    ]
    files = [
        part
        for raw in collected.raws
        for part in (raw.source.path, raw.base, raw.name, repr(raw.failure), raw.source.data)
    ]
    name = f"lint-{digest([*options, *(str(error) for error in collected.errors), *files])}"
    match recall(name):
        case {"printed": str(printed), "errors": list(errors), "status": int(status)}:
            return Answer(printed, tuple(str(line) for line in errors), status)
        case _:
            found = _delivered(_lint(choice, what, collected, known.accepted if known else None), what, [], known)
            keep(name, {"printed": found.printed, "errors": found.errors, "status": found.status}, "lint")
            return found


def _lint(choice: InputChoice, what: LintChoice, collected: Collected, accepted: frozenset[str] | None) -> LintRun:
    from cibtools.cli.inputs.catalogue import load_catalogue
    from cibtools.cli.inputs.select import UnknownSelectorError, select_rules
    from cibtools.lint.engine.run import Engine

    catalogue = load_catalogue(what.rule_directories, cache=not what.no_cache)
    try:
        rules = select_rules(catalogue, what.select, what.ignore, what.persona)
    except UnknownSelectorError as error:
        error.location = _configuration(choice, what).place_of_selector(error.selector)
        raise
    read = read_inputs(choice, collected)
    return replace(Engine(rules, target=release_named(what.target)).run(read.clusters, accepted), errors=read.errors)


def _failed(error: CibtoolsError) -> LintRun:
    """The run that did not come about: the report of status 2 is a report as well."""
    from cibtools.lint.record.outcome import LintRun

    return LintRun((), (), (), (), (), (error,))


def _delivered(run: LintRun, what: LintChoice, targets: list[tuple[str, Place]], known: Baseline | None) -> Answer:
    """Write what `--output` asks for; give back what is printed."""
    from cibtools.cli.errors import describe
    from cibtools.cli.linting.baseline import mended
    from cibtools.cli.outputs.write import NewFile, write_all
    from cibtools.lint.record.finding import Severity
    from cibtools.report.shared.options import TextOptions

    reports = [(place, LINT.renderer(name)(run, TextOptions())) for name, place in targets]
    write_all([NewFile(place, text.encode("utf-8", "replace")) for place, text in reports])
    color, width = _shown(what)
    options = TextOptions(color, width, what.statistics, what.show_skipped, what.show_suppressed, show_errors=False)
    limit = what.fail_on or "warning"
    found = limit != "never" and any(finding.severity.rank >= Severity(limit).rank for finding in run.findings)
    errors = (*(describe(error) for error in run.errors), *(mended(run, known) if known else ()))
    status = 2 if run.errors else 1 if found else 0
    return Answer(LINT.renderer(what.format_name)(run, options), errors, status)


def _shown(what: LintChoice) -> tuple[bool, int]:
    """Whether to paint, and how wide the terminal is."""
    return wants_color(what.color), terminal_width()
