"""Options as records: those about inputs, which all commands share, and a command's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from msgspec import Struct
from msgspec.structs import fields

STDIN = "<stdin>"
"""How standard input is called where nobody gives it another name."""

MAX_SIZE = 16
"""The largest CIB that is read without being asked to, in MiB."""

size_option = click.option(
    "--max-size",
    type=click.IntRange(1, 1024),
    default=MAX_SIZE,
    show_default=True,
    metavar="MIB",
    help="The largest CIB to read, in MiB; the number of its elements is limited likewise.",
)
"""For every command that reads a CIB."""

Record = TypeVar("Record")


class InputChoice(Struct, frozen=True):
    """What the options shared by all commands say."""

    inputs: tuple[str, ...]
    dialect: str = "auto"
    each: bool = False
    kinds: tuple[str, ...] = ()
    merge_fragments: bool = False
    stdin_filename: str = STDIN
    whole_backups: bool = False
    max_size: int = MAX_SIZE
    """The largest CIB that is read, in MiB."""


_INPUT_OPTIONS = (
    click.argument("inputs", nargs=-1, metavar="[INPUT...]"),
    click.option(
        "--dialect",
        type=click.Choice(["auto", "heartbeat-2.1", "pacemaker-1.0"]),
        default="auto",
        help="The dialect of the CIB; by default cibtools finds it out from the content.",
    ),
    click.option("--each", is_flag=True, help="Treat every file as a cluster of its own."),
    click.option("--kind", "kinds", multiple=True, metavar="PATH=KIND", help="Force what a file is taken for."),
    click.option(
        "--merge-fragments",
        is_flag=True,
        help="Merge fragments into the whole CIB beside them instead of leaving them aside.",
    ),
    click.option("--stdin-filename", default=STDIN, metavar="NAME", help="The name to show for standard input."),
    size_option,
)


def input_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what every command takes for its inputs, gathered into its first parameter."""
    decorated = gathered(InputChoice)(command)
    for decorate in reversed(_INPUT_OPTIONS):
        decorated = decorate(decorated)
    return decorated


def gathered(record: Callable[..., Record]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Hand a command its options as one record: each field of it that is the name of an option takes the value."""
    names = [field.name for field in fields(record)]  # type: ignore[arg-type]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(*records: object, **given: Any) -> None:  # noqa: ANN401 -- as Click hands them
            mine = {name: given.pop(name) for name in names if name in given}
            command(*records, record(**mine), **given)

        return run

    return decorate
