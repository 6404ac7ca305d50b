"""Writing what a migration gave, whole or one file per object type; nothing incomplete passes for complete."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from lxml import etree

from cibtools.cli.outputs.questions import QUESTIONS, questions, unfinished_files
from cibtools.cli.outputs.write import NewFile, NewFiles, write_all
from cibtools.report.shared.printable import visible

if TYPE_CHECKING:
    from cibtools.cli.outputs.guard import Place
    from cibtools.cluster.model.section_files import SectionFile
    from cibtools.errors import CibtoolsError
    from cibtools.migrate.record.change import Change
    from cibtools.migrate.record.outcome import Migration

INCOMPLETE = ".incomplete"
"""Ending of a file in which something still needs an answer: nobody shall load it by mistake."""

_FEW = 5
"""So many questions are asked once more where the program says why nothing was written."""


class Delivery:
    """What the migrations of one call give, gathered before any of it is written."""

    def __init__(self, output: Place | None, split: Place | None, form: str, *, force: bool) -> None:
        self._output = output
        self._split = split
        self._form = form
        self._force = force
        self._text = b""
        self._files: dict[str, bytes] = {}
        self._absent: set[str] = set()
        self._ours: set[str] = set()
        self._purposes: dict[str, str] = {}

    def add(self, migration: Migration, prefix: str = "") -> list[CibtoolsError]:
        """Take a result; give back why it is not whole, if it is not. The prefix keeps several clusters apart.

        Nothing is taken of a result that the schema does not take, unless it is forced. While a question without whose
        answer there is no CIB is open, only a directory is written, in which the files that wait for it say so by name.
        """
        missing = [*_missing(migration)]
        if missing and not self._split:
            # What an open question leaves as it was is seldom valid; there is nothing to say of that before the answer.
            return missing
        if self._output and not self._split and self._form == "xml" and migration.pieces > 1:
            return [_several(migration)]
        wrong = [*_invalid(migration)]
        if wrong and not self._force:
            return wrong + missing
        for error in wrong:
            click.echo(f"cibtools: warning: {visible(error.message)}", err=True)
        if self._split:
            self._add_files(migration, prefix)
        if not missing and (self._output or not self._split):
            self._text = _text(migration, self._form)
        return missing

    def write(self, *more: NewFile, secret: bool) -> None:
        """Write what was taken, and other files of the call; raise InputError if that cannot be done."""
        outputs: list[NewFile | NewFiles] = [*more]
        if self._output and self._text:
            outputs.append(NewFile(self._output, self._text, secret=secret))
        if self._split and self._files:
            absent, ours = frozenset(self._absent), frozenset(self._ours)
            outputs.append(NewFiles(self._split, self._files, absent, ours, secret=secret))
        write_all(outputs)
        if not self._output and self._text:
            sys.stdout.flush()
            sys.stdout.buffer.write(self._text)
            sys.stdout.buffer.flush()
        if self._split and self._files:
            click.echo(f"\nwritten to {visible(str(self._split.path))}:", err=True)
            for name in self._files:
                click.echo(f"  {visible(name)}{self._purposes.get(name, '')}", err=True)

    def _add_files(self, migration: Migration, prefix: str) -> None:
        """One file per section, as `cibadmin -R -o SECTION -x FILE` takes it, and the files that a stack needs."""
        unfinished = {_section_of(change) for change in migration.decisions if change.inhibits}
        files = {root.name: root.data for root in _root_files(migration)}
        for section in migration.sections():
            waits = section.tag in unfinished or None in unfinished
            files[f"{section.tag}.xml{INCOMPLETE if waits else ''}"] = _section_text(section)
            self._absent.add(f"{prefix}{section.tag}.xml{'' if waits else INCOMPLETE}")
        for file in migration.files:
            files[file.name] = file.data
            self._purposes[prefix + file.name] = f"  for {file.target}: {file.purpose}"
        if self._split:
            self._ours |= {prefix + name for name in unfinished_files(self._split.target / prefix / QUESTIONS)}
        if unfinished:
            files[QUESTIONS] = questions(migration, [*files, QUESTIONS]).encode()
        else:
            self._absent.add(prefix + QUESTIONS)
        self._files |= {prefix + name: data for name, data in files.items()}


def _several(migration: Migration) -> CibtoolsError:
    """An error for a result of several elements, which no XML file can hold side by side."""
    from cibtools.errors import InputError

    name = migration.input_name or "the input"
    return InputError(
        f"{name}: the result is {migration.pieces} separate elements; one XML file cannot hold them",
        hint="write one file per section with --split DIR instead of -o FILE",
    )


def _text(migration: Migration, form: str) -> bytes:
    if form == "xml":
        return migration.document()
    from cibtools.report.crmsh.configure import render

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
