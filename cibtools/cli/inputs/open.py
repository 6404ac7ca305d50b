"""Inputs, the same for every command: files, directories, compressed files and standard input become clusters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cibtools.cli.inputs.choice import MAX_SIZE, STDIN, InputChoice

if TYPE_CHECKING:
    from cibtools.backup.files.raw import Limits, Raw
    from cibtools.backup.reader import Read
    from cibtools.backup.record.kind import Kind
    from cibtools.cluster.model.cluster import Cluster
    from cibtools.errors import CibtoolsError


class Inputs(Struct, frozen=True):
    """The clusters that could be read, and what could not be."""

    clusters: tuple[Cluster, ...]
    errors: tuple[CibtoolsError, ...]
    """One for each input or file that could not be read at all; the others are worth working on."""


class Collected(Struct, frozen=True):
    """The files that were named or found, unread as yet, and the inputs that do not exist."""

    raws: tuple[Raw, ...]
    errors: tuple[CibtoolsError, ...]


def collect(choice: InputChoice) -> Collected:
    """Open everything that was named, each file once; raise ConfigError for the name of an input that is none."""
    from cibtools.backup.files.raw import MIB, Limits
    from cibtools.errors import ConfigError, InputError

    if choice.stdin_filename != STDIN and "-" not in choice.inputs:
        raise ConfigError("--stdin-filename names standard input, which is not among the inputs", hint="add -")
    errors: list[CibtoolsError] = []
    raws: dict[str, Raw] = {}
    for path in input_paths(choice):
        try:
            for raw in _raws(path, choice, Limits(cib=choice.max_size * MIB)):
                # Of two directories that were named, one inside the other, a file belongs to the inner one.
                known = raws.get(raw.source.path)
                if known is None or len(raw.base) > len(known.base):
                    raws[raw.source.path] = raw
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


def read_one(path: str, max_size: int = MAX_SIZE) -> Cluster:
    """The one cluster of an input; raise InputError if there is none, or several."""
    from cibtools.errors import InputError

    read = read_inputs(InputChoice((path,), max_size=max_size))
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
        inside = [item.document for item in read if item.walked and _is_below(item.document.path, path)]
        if (inside or _is_directory(path)) and not any(found.kind.is_known or found.unreadable for found in inside):
            yield InputError(
                f"{path}: holds no file of a cluster backup", hint="name the directory that holds the CIB files"
            )


def _is_directory(path: str) -> bool:
    """False also for a name that no file system takes; whoever opens it says so."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def _is_below(path: str, directory: str) -> bool:
    return directory == "." or path == directory or path.startswith(f"{directory}/")


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
        from cibtools.cli.inputs.whole import whole_backups

        paths = whole_backups(paths)
    return tuple(dict.fromkeys(path if path == "-" else os.path.normpath(path) for path in paths))


def _kinds(given: Iterable[str], paths: set[str]) -> dict[str, Kind]:
    from cibtools.backup.sniff.registry import all_kinds
    from cibtools.errors import ConfigError

    names = {kind.value: kind for kind in all_kinds() if kind.is_known}
    kinds = {}
    for text in given:
        path, equals, name = text.rpartition("=")
        if not equals:
            raise ConfigError(f'--kind "{text}": expected PATH=KIND', hint="for example: cib.bak.xml=cib")
        if name not in names:
            raise ConfigError(f'--kind: "{name}" is not a kind of file', hint=f"kinds are {', '.join(sorted(names))}")
        path = path if path == "<stdin>" else os.path.normpath(path)
        if path not in paths:
            raise ConfigError(f'--kind names "{path}", which is not one of the inputs')
        kinds[path] = names[name]
    return kinds
