"""Lines of shell: quoting, loops that give up, and variables for what must not be written down.

Everything that comes out passes `bash -n` and shellcheck, because it is pasted as root in the middle of the night.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from cibtools.backup.record.secret import is_secret_name

_GAVE_UP = "the wait gave up - give no further command, take the way back of this step"
DIRECTORY = "/root/cibtools"
"""Where a plan keeps its files on each node, one directory for each change."""
RESUME = f'. {DIRECTORY}/resume || echo "stop here: set BK as in P0.01"'
"""Goes back to the working directory: after a reboot, and on the next evening, the shell of before is gone."""
POLL = 5
"""Seconds between two looks of a loop that waits."""


def quoted(*words: str) -> str:
    """Words as arguments of a command; ids may hold blanks and whatever else XML allows."""
    return " ".join(map(shlex.quote, words))


def remember(change_id: str) -> str:
    """Return a line that notes the working directory of a change where `RESUME` looks for it."""
    path = quoted(f"{DIRECTORY}/{change_id}")
    return f"echo {quoted(f'umask 077; BK={path}; export BK; cd {path}')} > {DIRECTORY}/resume"


def as_before(path: str) -> str:
    """Return a line that puts back the copy beside a file, if a step got as far as to make one."""
    return f"if [ -e {path}.before ]; then cp -p {path}.before {path}; fi"


def remote(change_id: str) -> str:
    """The working directory of a node, seen from the admin host, where no step has set it."""
    return '"${CLUSTER_NODE:?name a node}:"' + quoted(f"{DIRECTORY}/{change_id}/")


def for_each(variable: str, values: Iterable[str], body: str) -> str:
    """Lines for each of these values in a variable; without a loop if there is only one."""
    found = tuple(values)
    if len(found) == 1:
        return f"{variable}={quoted(*found)}\n{body}"
    inner = "\n".join(f"  {line}" for line in body.splitlines())
    return f"for {variable} in {quoted(*found)}; do\n{inner}\ndone"


def wait_until(condition: str, seconds: int, show: str) -> str:
    """Return a loop that asks for a condition until it holds, shows how things stand, and fails if it gave up.

    It sleeps before it looks: right after a change the cluster is still idle, since it has not noticed anything yet.
    """
    rounds = max(1, -(-seconds // POLL))
    loop = f"for _ in $(seq 1 {rounds}); do\n  sleep {POLL}\n  {condition} && SEEN=yes && break\ndone"
    return f'SEEN=\n{loop}\n{show}\n[ "$SEEN" ] || : "${{STOP:?{_GAVE_UP}}}"'


def cut_xml(path: str, file: str) -> str:
    """Return a line that prints the elements of a file that an XPath finds; the path may hold shell variables.

    `xmllint --xpath` is newer (libxml2 2.7.7, 2010) than the releases that plans are for; its shell is older.
    """
    return f"echo \"cat {path}\" | xmllint --shell {quoted(file)} | sed -e '/^\\/ >/d' -e '/^ -------$/d'"


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
