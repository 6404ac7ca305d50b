"""Inputs, the same for every command: files, directories, compressed files and standard input become clusters."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import click

if TYPE_CHECKING:
    from cibtools.backup.files.raw import Limits, Raw
    from cibtools.backup.reader import Read
    from cibtools.backup.record.kind import Kind
    from cibtools.cluster.model.cluster import Cluster
    from cibtools.errors import CibtoolsError

Rest = ParamSpec("Rest")


@dataclass(frozen=True, slots=True)
class InputChoice:
    """What the options shared by all commands say."""

    inputs: tuple[str, ...]
    dialect: str = "auto"
    each: bool = False
    kinds: tuple[str, ...] = ()
    merge_fragments: bool = False
    stdin_filename: str = "<stdin>"
    whole_backups: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """The clusters that could be read, and what could not be."""

    clusters: tuple[Cluster, ...]
    errors: tuple[CibtoolsError, ...]
    """One for each input or file that could not be read at all; the others are worth working on."""


def input_options(command: Callable[Concatenate[InputChoice, Rest], None]) -> Callable[..., None]:
    """Give a command what every command takes for its inputs, gathered into its first parameter."""

    @wraps(command)
    def gathered(
        inputs: tuple[str, ...],
        dialect: str,
        each: bool,
        kinds: tuple[str, ...],
        merge_fragments: bool,
        stdin_filename: str,
        *others: Rest.args,
        **named: Rest.kwargs,
    ) -> None:
        command(InputChoice(inputs, dialect, each, kinds, merge_fragments, stdin_filename), *others, **named)

    decorated: Callable[..., None] = gathered
    for decorate in reversed(_INPUT_OPTIONS):
        decorated = decorate(decorated)
    return decorated


_INPUT_OPTIONS = (
    click.argument("inputs", nargs=-1, metavar="[INPUT...]"),
    click.option(
        "--dialect",
        type=click.Choice(["auto", "heartbeat-2.1", "pacemaker-1.0"]),
        default="auto",
        help="The CIB language; told from the content by default.",
    ),
    click.option("--each", is_flag=True, help="Treat every file as a cluster of its own."),
    click.option("--kind", "kinds", multiple=True, metavar="PATH=KIND", help="Force what a file is taken for."),
    click.option(
        "--merge-fragments",
        is_flag=True,
        help="Merge fragments into the whole CIB beside them instead of leaving them aside.",
    ),
    click.option("--stdin-filename", default="<stdin>", metavar="NAME", help="The name to show for standard input."),
)


@dataclass(frozen=True, slots=True)
class Collected:
    """The files that were named or found, unread as yet, and the inputs that do not exist."""

    raws: tuple[Raw, ...]
    errors: tuple[CibtoolsError, ...]


def collect(choice: InputChoice) -> Collected:
    """Open everything that was named, each file once."""
    from cibtools.backup.files.raw import Limits
    from cibtools.errors import InputError

    errors: list[CibtoolsError] = []
    raws: dict[str, Raw] = {}
    for path in input_paths(choice):
        try:
            for raw in _raws(path, choice, Limits()):
                raws.setdefault(raw.source.path, raw)
        except InputError as error:
            errors.append(error)
    return Collected(tuple(raws.values()), tuple(errors))


def read_inputs(choice: InputChoice, collected: Collected | None = None) -> Inputs:
    """Understand everything that was named; raise ConfigError for options that cannot be meant."""
    from cibtools.backup.cib.dialect import Dialect
    from cibtools.backup.reader import gather, read_file
    from cibtools.cluster.model.cluster import Cluster

    found = collected or collect(choice)
    errors = list(found.errors)
    kinds = _kinds(choice.kinds, {raw.source.path for raw in found.raws})
    read = [read_file(raw, kinds) for raw in found.raws]
    errors += _unreadable(read)
    errors += _foreign(choice, read)
    dialect = {"heartbeat-2.1": Dialect.HB2, "pacemaker-1.0": Dialect.P10}.get(choice.dialect)
    clusters = tuple(
        Cluster(backup, dialect, merge_fragments=choice.merge_fragments) for backup in gather(read, each=choice.each)
    )
    return Inputs(clusters, tuple(errors))


def read_one(path: str) -> Cluster:
    """The one cluster of an input; raise InputError if there is none, or several."""
    from cibtools.errors import InputError

    read = read_inputs(InputChoice((path,)))
    for error in read.errors:
        raise error
    if len(read.clusters) != 1:
        raise InputError(f"{path}: {len(read.clusters)} clusters, where one is needed", hint="name one of them")
    return read.clusters[0]


def _unreadable(read: Iterable[Read]) -> Iterator[CibtoolsError]:
    """What could not be read at all; the linter reports it too, among its findings."""
    from cibtools.errors import InputError

    for item in read:
        defect = item.document.unreadable
        if defect:
            place = item.document.source.location(defect.span)
            yield InputError(defect.message, hint=defect.hint, location=place)


def _foreign(choice: InputChoice, read: Sequence[Read]) -> Iterator[CibtoolsError]:
    """Files and directories that the user named and that hold nothing of a cluster: silence would pass for health."""
    from cibtools.errors import InputError

    for item in read:
        document = item.document
        if not item.walked and not document.kind.is_known and not document.unreadable:
            yield InputError(
                f"{document.path}: no file of a cluster backup ({document.reason})",
                hint="name a CIB file or a backup directory, or force the kind with --kind PATH=KIND",
            )
    for path in input_paths(choice):
        inside = [item.document for item in read if item.base == path and item.walked]
        if (inside or _is_directory(path)) and not any(found.kind.is_known or found.unreadable for found in inside):
            yield InputError(
                f"{path}: holds no file of a cluster backup", hint="name the directory that holds the CIB files"
            )


def _raws(path: str, choice: InputChoice, limits: Limits) -> Iterable[Raw]:
    from cibtools.backup.files.raw import reason_of
    from cibtools.backup.files.walk import walk_input, walk_stream
    from cibtools.errors import InputError

    if path != "-":
        yield from walk_input(path, limits)
        return
    try:
        yield from walk_stream(choice.stdin_filename, sys.stdin.buffer, limits)
    except OSError as error:
        raise InputError(f"{choice.stdin_filename}: {reason_of(error)}", hint="pipe a CIB into it") from error


def input_paths(choice: InputChoice) -> Sequence[str]:
    """The inputs, each once; with `whole_backups` the backups that the named files belong to."""
    paths = choice.inputs or (".",)
    if choice.whole_backups:
        paths = tuple(backup_directory(path) for path in paths)
    return tuple(dict.fromkeys(path if path == "-" else os.path.normpath(path) for path in paths))


def backup_directory(path: str) -> str:
    """The directory of the backup that a file belongs to: the nearest one upwards with a CIB, else the file's own.

    Looks no further up than the top of the repository, or the current directory for a path below it.
    """
    here = Path(path) if _is_directory(path) else Path(path).parent
    for directory in (here, *here.parents):
        if any(_holds_cib(found) for found in sorted(directory.glob("*.xml")) + sorted(directory.glob("*.bak"))):
            return str(directory)
        if (directory / ".git").exists():
            break
    return str(here)


def _is_directory(path: str) -> bool:
    """False also for a name that no file system takes; whoever opens it says so."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def _holds_cib(path: Path) -> bool:
    """True for a whole CIB or a section; a fragment does not make a directory a backup."""
    from cibtools.backup.record.kind import Kind
    from cibtools.backup.record.source import Source
    from cibtools.backup.sniff.classify import classify

    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    return classify(Source(str(path), head), path.name).kind in (Kind.CIB, Kind.CIB_SECTION)


def _kinds(given: Iterable[str], paths: set[str]) -> dict[str, Kind]:
    from cibtools.backup.sniff.registry import all_kinds
    from cibtools.errors import ConfigError

    names = {kind.value: kind for kind in all_kinds()}
    kinds = {}
    for text in given:
        path, equals, name = text.rpartition("=")
        if not equals or name not in names:
            raise ConfigError(f'--kind "{text}" is not PATH=KIND', hint=f"kinds are {', '.join(sorted(names))}")
        path = path if path == "<stdin>" else os.path.normpath(path)
        if path not in paths:
            raise ConfigError(f'--kind names "{path}", which is none of the inputs')
        kinds[path] = names[name]
    return kinds
