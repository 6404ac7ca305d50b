"""Writing what a migration gave, whole or one file per object type; nothing incomplete passes for complete."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from lxml import etree

if TYPE_CHECKING:
    from cibtools.errors import CibtoolsError
    from cibtools.migrate.change import Change
    from cibtools.migrate.outcome import Migration

INCOMPLETE = ".incomplete"
"""Ending of a file in which something still needs an answer: nobody shall load it by mistake."""


def write_result(migration: Migration, output: Path | None, split: Path | None, form: str) -> list[CibtoolsError]:
    """Write to a file, into a directory or to standard output; give back why it is not whole, if it is not."""
    from cibtools.cli.files import write_atomically

    missing = [*_missing(migration)]
    if split:
        _write_split(migration, split)
    if missing:
        return missing
    data = _text(migration, form)
    if output:
        write_atomically(output, data)
    elif not split:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return missing


def _text(migration: Migration, form: str) -> bytes:
    if form == "xml":
        return migration.document()
    from cibtools.report.crmsh import render

    return render(migration).encode()


def _missing(migration: Migration) -> Iterator[CibtoolsError]:
    """An error for each question without whose answer there is no CIB."""
    from cibtools.errors import InputError

    for change in migration.decisions:
        if change.inhibits:
            place = change.place.location if change.place else None
            yield InputError(
                f"{change.subject}: {change.reason}", hint=" or ".join(change.alternatives), location=place
            )


def _write_split(migration: Migration, directory: Path) -> None:
    """One file per section, as `cibadmin -R -o SECTION -x FILE` takes it, and the files that a stack needs."""
    from cibtools.cli.files import write_atomically
    from cibtools.errors import InputError

    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{directory}: cannot be made ({(error.strerror or str(error)).lower()})") from error
    unfinished = {_section_of(change) for change in migration.decisions if change.inhibits}
    names = []
    for section in migration.sections():
        incomplete = section.tag in unfinished or None in unfinished
        name = f"{section.tag}.xml{INCOMPLETE if incomplete else ''}"
        other = directory / (f"{section.tag}.xml" if incomplete else f"{section.tag}.xml{INCOMPLETE}")
        other.unlink(missing_ok=True)
        write_atomically(directory / name, _section_text(section))
        names.append(name)
    click.echo(f"written to {directory}: {', '.join(names)}", err=True)


def _section_of(change: Change) -> str | None:
    element = change.place.element if change.place else None
    while element is not None and element.tag not in ("crm_config", "nodes", "resources", "constraints", "status"):
        element = element.getparent()
    return None if element is None else str(element.tag)


def _section_text(section: etree._Element) -> bytes:
    from copy import deepcopy

    copy = deepcopy(section)
    copy.tail = None
    etree.indent(copy, space="  ")
    return etree.tostring(copy, encoding="UTF-8", xml_declaration=True) + b"\n"
