"""Run whole programs in turn and take the medians: processor time and the most memory of each."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

REPO = Path(__file__).resolve().parents[2]
# Byte code is kept, as it is wherever cibtools is installed.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
BARE = (sys.executable, "-c", "import lxml.etree, click")
"""The start of Python with the libraries that no command can do without."""


class Spent(NamedTuple):
    """What a program took: seconds of the processor, its children included, and mebibytes at the most."""

    seconds: float
    memory: float


def run(command: tuple[str, ...]) -> Spent:
    """Run a program once; end the benchmark if it fails.

    Status 1 of cibtools says that something was found, and so does status 78 of crm_verify.
    """
    with tempfile.TemporaryFile() as told:
        child = subprocess.Popen(command, cwd=REPO, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=told)
        _, ended, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(ended)
        if child.returncode not in {0, 1, 78}:
            told.seek(0)
            sys.exit(f"{' '.join(command)} ended with status {child.returncode}: {told.read()[-500:].decode()}")
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def medians(commands: list[tuple[str, ...]], runs: int) -> list[Spent]:
    """Run the commands one after the other, that many times, and return the medians of each.

    A busy moment of the machine falls on all of them. A first round fills the caches and is not counted.
    """
    rounds = [[run(command) for command in commands] for _ in range(runs + 1)][1:]
    return [
        Spent(statistics.median(one.seconds for one in of), statistics.median(one.memory for one in of))
        for of in zip(*rounds, strict=True)
    ]
