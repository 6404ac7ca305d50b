"""Lines of shell: quoting, loops that give up, and variables for what must not be written down.

Everything that comes out passes `bash -n` and shellcheck, because it is pasted as root in the middle of the night.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from cibtools.backup.record.secret import is_secret_name

POLL = 5
"""Seconds between two looks of a loop that waits."""


def quoted(*words: str) -> str:
    """Words as arguments of a command; ids may hold blanks and whatever else XML allows."""
    return " ".join(map(shlex.quote, words))


def for_each(variable: str, values: Iterable[str], body: str) -> str:
    """Lines for each of these values in a variable; without a loop if there is only one."""
    found = tuple(values)
    if len(found) == 1:
        return f"{variable}={quoted(*found)}\n{body}"
    inner = "\n".join(f"  {line}" for line in body.splitlines())
    return f"for {variable} in {quoted(*found)}; do\n{inner}\ndone"


def wait_until(condition: str, seconds: int, show: str) -> str:
    """A loop that asks for a condition until it holds, gives up after these seconds, and shows how things stand.

    It sleeps before it looks: right after a change the cluster is still idle, since it has not noticed anything yet.
    """
    rounds = max(1, -(-seconds // POLL))
    return f"for _ in $(seq 1 {rounds}); do\n  sleep {POLL}\n  {condition} && break\ndone\n{show}"


def password_variable(parameter: str) -> str:
    """The name of the variable that stands for a secret parameter: `ilo_password` gives `ILO_PW`."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", parameter)
    return re.sub(r"_*(?:passw\w*|pwd|pass|pw)$", "_PW", plain, flags=re.IGNORECASE).upper().lstrip("_0123456789")


def read_password(variable: str, prompt: str) -> str:
    """Ask for a secret without showing it; it is never part of a command, a file or the history."""
    return f"read -rsp {quoted(prompt)} {variable}; echo; export {variable}"


def assignments(parameters: Iterable[tuple[str, str]]) -> str:
    """Parameters as `name=value` words; a secret one takes its value from its variable."""
    words = []
    for name, value in parameters:
        if not name:
            continue  # no agent hears of it
        if is_secret_name(name):
            words.append(f'{shlex.quote(name)}="${password_variable(name)}"')
        else:
            words.append(quoted(f"{name}={value}"))
    return " ".join(words)
