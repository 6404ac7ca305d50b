"""What tests of shell text need: the real shell and the real shellcheck."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

import pytest


def parses(text: str) -> str:
    """Return what `bash -n` complains about."""
    return subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, timeout=60).stderr


@pytest.fixture(scope="session")
def complaints() -> Callable[[str], str]:
    """A function that returns what bash and shellcheck have against a piece of shell."""

    def check(text: str) -> str:
        found = parses(text)
        if shutil.which("shellcheck"):
            # A snippet of a session: variables come from earlier steps, and later ones use what this one reads. Single
            # quotes around a dollar sign (SC2016) are what quoting is for. The file that a snippet reads (SC1091) is on
            # the nodes of a cluster, where an earlier step has written it.
            command = ["shellcheck", "-s", "bash", "-S", "style", "-e", "SC2154,SC2034,SC2016,SC1091", "-"]
            found += subprocess.run(command, input=text, capture_output=True, text=True, timeout=120).stdout
        return found

    return check
