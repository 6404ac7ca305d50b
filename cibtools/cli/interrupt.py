"""Ctrl-C while a module is loaded: it waits until the module is there.

What is called back then (the start of a compiled module, `__set_name__`, the end of a module's lock) may turn a
KeyboardInterrupt into a failed import, or lose it altogether; the program would go on, or call it a bug.
"""

from __future__ import annotations

import signal
from types import FrameType

_AGAIN = 0.005
"""Seconds until an interrupt that came at the wrong time is tried again."""
_IMPORT_SYSTEM = "<frozen importlib._bootstrap"
"""How the file names of Python's own import system start."""


class Interrupted(BaseException):
    """The operator pressed Ctrl-C.

    No KeyboardInterrupt: Click turns one that comes before a command begins into a message and status 1.
    """


def install() -> None:
    """Raise Interrupted on SIGINT, but not while a module is loaded.

    A caller that has SIGINT ignored, as `nohup` and shells do for what runs in the background, keeps it ignored.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    if _loads_module(frame):
        signal.signal(signal.SIGALRM, _interrupt)
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
    else:
        raise Interrupted


def _loads_module(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORT_SYSTEM):
            return True
        frame = frame.f_back
    return False
