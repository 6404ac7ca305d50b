"""Writing what a migration gave, whole or one file per object type; nothing incomplete passes for complete."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from lxml import etree

if TYPE_CHECKING:
    from cibtools.cluster.model.section_files import SectionFile
    from cibtools.errors import CibtoolsError
    from cibtools.migrate.record.change import Change
    from cibtools.migrate.record.outcome import Migration

INCOMPLETE = ".incomplete"
"""Ending of a file in which something still needs an answer: nobody shall load it by mistake."""

_FEW = 5
"""So many questions are asked once more where the program says why nothing was written."""
_DEVICE = re.compile(r'"/[^"]+" = "/[^"]+"')


def write_result(
    migration: Migration, output: Path | None, split: Path | None, form: str, *, force: bool
) -> list[CibtoolsError]:
    """Write to a file, into a directory or to standard output; give back why it is not whole, if it is not.

    Nothing is written of a result that the schema does not take, unless it is forced. While a question without whose
    answer there is no CIB is open, only a directory is written, in which the files that wait for it say so by name.
    """
    from cibtools.cli.outputs.write import write_atomically

    missing = [*_missing(migration)]
    if missing and not split:
        # What an open question leaves as it was is seldom valid; there is nothing to say of that before the answer.
        return missing
    wrong = [] if force else [*_invalid(migration)]
    if wrong:
        return wrong + missing
    if split:
        _write_split(migration, split)
    if missing:
        return missing
    if output:
        write_atomically(output, _text(migration, form))
    elif not split:
        sys.stdout.flush()
        sys.stdout.buffer.write(_text(migration, form))
        sys.stdout.buffer.flush()
    return []


def _text(migration: Migration, form: str) -> bytes:
    if form == "xml":
        return migration.document()
    from cibtools.report.crmsh.configure import render
    from cibtools.report.shared.printable import visible

    rendered = render(migration)
    for warning in rendered.warnings:
        click.echo(f"cibtools: warning: {visible(warning)}", err=True)
    return rendered.text.encode()


def _missing(migration: Migration) -> Iterator[CibtoolsError]:
    """An error for each question without whose answer there is no CIB; one for all, if they are many."""
    from cibtools.errors import InputError

    open_questions = [change for change in migration.decisions if change.inhibits]
    if len(open_questions) > _FEW:
        yield InputError(
            f"{migration.input_name or 'the CIB'}: {len(open_questions)} questions must be answered first",
            hint='they stand above, each with "must be answered" and what would answer it',
        )
        return
    for change in open_questions:
        place = change.place.location if change.place else None
        yield InputError(f"{change.subject}: {change.reason}", hint=" or ".join(change.alternatives), location=place)


def _invalid(migration: Migration) -> Iterator[CibtoolsError]:
    """An error for each thing in the result that the schema does not take."""
    from cibtools.errors import InputError
    from cibtools.migrate.record.outcome import Given
    from cibtools.migrate.selfcheck import faults

    waiting = {note.element for note in migration.notes if note.inhibits}
    for fault in faults(migration) if migration.given is not Given.NEW and None not in waiting else ():
        element = fault.violation.element
        if waiting and not waiting.isdisjoint((*element.iter("*"), *element.iterancestors())):
            continue
        place = migration.draft.place(fault.violation.element)
        blame = f"after step {fault.step}" if fault.step else "as it was given"
        yield InputError(
            f"the result is not valid: {fault.violation.message} ({blame})",
            hint=fault.violation.hint or "mend the input, or write it all the same with --force",
            location=place.location if place else None,
        )


def _write_split(migration: Migration, directory: Path) -> None:
    """One file per section, as `cibadmin -R -o SECTION -x FILE` takes it, and the files that a stack needs."""
    from cibtools.cli.outputs.write import make_directory, write_atomically

    unfinished = {_section_of(change) for change in migration.decisions if change.inhibits}
    written: list[str] = []

    def write(name: str, data: bytes) -> None:
        path = directory / name
        make_directory(path.parent)
        write_atomically(path, data)
        written.append(name)

    for root in _root_files(migration):
        write(root.name, root.data)
    for section in migration.sections():
        incomplete = section.tag in unfinished or None in unfinished
        ending = INCOMPLETE if incomplete else ""
        (directory / f"{section.tag}.xml{'' if incomplete else INCOMPLETE}").unlink(missing_ok=True)
        write(f"{section.tag}.xml{ending}", _section_text(section))
    for file in migration.files:
        write(file.name, file.data)
    if unfinished:
        write("answers.toml.missing", _questions(migration).encode())
    if not unfinished:
        (directory / "answers.toml.missing").unlink(missing_ok=True)
    click.echo(f"\nwritten to {directory}:", err=True)
    purposes = {file.name: f"  for {file.target}: {file.purpose}" for file in migration.files}
    for name in written:
        click.echo(f"  {name}{purposes.get(name, '')}", err=True)


def _questions(migration: Migration) -> str:
    """The answers that are missing, ready to be corrected: devices with the paths that they probably get."""
    from cibtools.report.shared.printable import wrap

    lines = [
        "# What the migration could not know. Correct this, call it answers.toml, and run the same command again with",
        "# --answers answers.toml. The paths on the right are proposals: take away the # where they are right.",
    ]
    for change in migration.decisions:
        if change.inhibits:
            lines += ["", f"# {change.subject}:", *(f"#   {line}" for line in wrap(change.reason, 110))]
            lines += [f"#   or: {line}" for text in change.alternatives for line in wrap(text, 106)]
    said = [text for change in migration.decisions for text in change.alternatives]
    said += [item for reminder in migration.reminders for item in reminder.items]
    devices = {found for text in said for found in _DEVICE.findall(text)}
    if devices:
        lines += ["", "[evms]", *(f"# {line}" for line in sorted(devices))]
    return "\n".join(lines) + "\n"


def _section_of(change: Change) -> str | None:
    element = change.place.element if change.place else None
    while element is not None and element.tag not in ("crm_config", "nodes", "resources", "constraints", "status"):
        element = element.getparent()
    return None if element is None else str(element.tag)


def _root_files(migration: Migration) -> Iterator[SectionFile]:
    """The root of a whole CIB with its attributes, and its status if that is kept."""
    from cibtools.backup.cib.section import CONFIGURED_TAGS, SECTION_TAGS
    from cibtools.backup.cib.tree import parse_cib
    from cibtools.backup.record.source import Source
    from cibtools.cluster.model.section_files import split

    tree, _, _ = parse_cib(Source("", migration.document()))
    if tree is None or tree.cib is None:
        return
    kept = any(len(status) for status in tree.cib.iterchildren("status"))
    for file in split(tree, SECTION_TAGS if kept else CONFIGURED_TAGS):
        if file.name.removesuffix(".xml") not in CONFIGURED_TAGS:
            yield file


def _section_text(section: etree._Element) -> bytes:
    """A section in a file of its own, with the comments that lead it."""
    from copy import deepcopy

    from cibtools.cluster.model.section_files import leading_comments

    text = '<?xml version="1.0" encoding="UTF-8"?>\n'
    for node in (*leading_comments(section), section):
        copy = deepcopy(node)
        copy.tail = None
        if node is section:
            etree.indent(copy, space="  ")
        text += etree.tostring(copy, encoding="unicode") + "\n"
    return text.encode()
