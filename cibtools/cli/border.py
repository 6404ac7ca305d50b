"""The one border: whatever a command raises becomes a line on stderr and an exit status, never a traceback.

A traceback is no message for an operator, and it ends with status 1, which says that something was found in the
cluster. The table holds our own errors and every foreign one that the system, the interpreter or a library may raise.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from cibtools.cli.errors import describe, describe_usage
from cibtools.cli.interrupt import Interrupted
from cibtools.errors import CibtoolsError

TRACEBACK_SWITCH = "CIBTOOLS_TRACEBACK"
"""The environment variable that shows the traceback of a bug, for those who mend it."""
_OUTPUT_ERRORS = frozenset({errno.EBADF, errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EDQUOT})
"""What writing to standard output can fail with; such an error names no file."""


def _silent(_error: BaseException) -> str:
    return ""


def _refused(error: OSError) -> str:
    """The file that the system refuses, and why."""
    reason = (error.strerror or str(error)).lower()
    if error.filename is not None:
        return _line(f"{os.fsdecode(error.filename)}: {reason}")
    if error.errno in _OUTPUT_ERRORS:
        return _line(f"standard output: {reason}")
    return _line(f"the system refuses an operation: {reason}")


def _no_memory(_error: BaseException) -> str:
    return _line("there is not enough memory for this input", "name fewer inputs at once, or allow more memory")


def _too_deep(_error: BaseException) -> str:
    return _line("an input is nested deeper than cibtools reads", "no backup of a cluster is: name another file")


def _not_text(error: UnicodeError) -> str:
    return _line(f"a text cannot be encoded ({error.args[0] if error.args else 'unknown codec'})", "use UTF-8")


def _bug(error: BaseException) -> str:
    """Name the place of a bug in cibtools itself; the text of a foreign exception may quote a file."""
    from cibtools.backup.record.secret import mask_text

    if os.environ.get(TRACEBACK_SWITCH):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(Path(__file__).parent.parent)]
    place = "".join(f", {Path(frame.filename).name}:{frame.lineno}" for frame in ours[-1:])
    text = mask_text(str(error)).partition("\n")[0][:200]
    return _line(
        f"a bug in cibtools ({type(error).__name__}: {text}{place})",
        f"please report it; {TRACEBACK_SWITCH}=1 shows where it happened",
    )


def _line(message: str, hint: str = "") -> str:
    return describe(CibtoolsError(message, hint=hint))


BORDER: tuple[tuple[type[BaseException], int, Callable[[Any], str]], ...] = (
    (CibtoolsError, 2, describe),
    (BrokenPipeError, 2, _silent),
    (click.Abort, 130, _silent),
    (Interrupted, 130, _silent),
    (KeyboardInterrupt, 130, _silent),
    (OSError, 2, _refused),
    (MemoryError, 2, _no_memory),
    (RecursionError, 2, _too_deep),
    (UnicodeError, 2, _not_text),
    (Exception, 2, _bug),
)
"""What ends the program early, its exit status, and the line for it: the first row that fits."""
_HELP: type[Exception] = getattr(click.exceptions, "NoArgsIsHelpError", click.exceptions.Exit)
"""What newer releases of Click raise for a group without a command: its text is the help."""


@contextmanager
def border() -> Iterator[None]:
    """End the program with the line and the status of `BORDER` if the block raises; a reader's leaving counts too."""
    try:
        try:
            yield
        finally:
            # A reader that has gone away, or a full disk, is noticed here, not when the interpreter shuts down.
            if sys.stdout is not None:
                sys.stdout.flush()
    except (click.exceptions.Exit, _HELP):
        raise
    except click.ClickException as error:
        _say(describe_usage(error))
        sys.exit(error.exit_code)
    except (Exception, KeyboardInterrupt, Interrupted) as error:  # noqa: BLE001 -- this is where all of them end
        status, line = next((status, say(error)) for kind, status, say in BORDER if isinstance(error, kind))
        if isinstance(error, OSError):
            _discard(sys.stdout)
        _say(line)
        sys.exit(status)


def _say(line: str) -> None:
    """Write the line to stderr; if nobody reads that either, the status is all there is to say."""
    try:
        if line:
            click.echo(line, err=True)
    except OSError:
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Let what is still buffered for a stream go nowhere, so that nothing complains at shut-down."""
    try:
        handle = stream.fileno()
    except (OSError, ValueError):
        return  # a stream in memory has none
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, handle)
    os.close(nowhere)


def open_missing_streams() -> None:
    """Give the program the three streams that a caller closed: what is then read or written fails like any other file.

    Otherwise the next file that is opened would take the place of stdout, and be written to.
    """
    for handle, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(handle)
        except OSError:
            if os.open(os.devnull, mode) != handle:
                raise
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 -- for as long as the program
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 -- for as long as the program
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 -- for as long as the program
