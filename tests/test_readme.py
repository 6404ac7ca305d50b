"""The README shows what the tool prints today: every console block is run, every generated table made anew.

A block is a fenced `console` block: lines that begin with `$ ` are commands, the others their output. `[…]` stands
for any number of them. `python tests/test_readme.py` writes the present output into the README.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parent.parent
README = REPO / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
TABLE = re.compile(r"(<!-- rules: begin -->\n)(.*?)(<!-- rules: end -->)", re.DOTALL)
ELISION = "[…]"


def run(command: str) -> str:
    """What a command prints on both streams, run in the checkout; a leading `cibtools` is the one under test."""
    first, second = ([*shlex.split(part)] for part in (command.split(" | ", 1) if " | " in command else (command, "")))
    given = subprocess.run(first, capture_output=True, cwd=REPO, check=True).stdout if second else None
    words = second or first
    assert words[0] == "cibtools", "the README runs nothing but cibtools"
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "cibtools", *words[1:]],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=REPO,
        env=environment,
        check=False,
    )
    return done.stdout.decode()


def examples() -> list[tuple[str, str]]:
    """Commands of the README with the output it shows."""
    found = []
    for block in BLOCK.findall(README.read_text()):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def matches(shown: str, printed: str) -> bool:
    parts = [re.escape(part.strip("\n")) for part in shown.strip("\n").split(ELISION)]
    return re.fullmatch(r"(?s:.*)".join(parts), printed.strip("\n")) is not None


@pytest.mark.parametrize(("command", "output"), examples(), ids=lambda value: value if "\n" not in value else "")
def test_examples_print_what_the_readme_shows(command: str, output: str) -> None:
    printed = run(command)
    assert matches(output, printed), printed


def test_the_readme_has_examples() -> None:
    assert len(examples()) >= 3


def test_a_wrong_example_is_noticed() -> None:
    assert matches("a\n[…]\nd\n", "a\nb\nc\nd\n")
    assert not matches("a\n[…]\ne\n", "a\nb\nc\nd\n")


def test_the_table_of_rules_is_current() -> None:
    table = TABLE.search(README.read_text())
    assert table is not None
    assert table[2].strip() == run("cibtools rules --format markdown").strip()


def rewrite() -> None:
    """Write the present output into the README; blocks with an elision are left to the author."""
    text = README.read_text()
    for command, output in examples():
        if ELISION not in output:
            text = text.replace(f"$ {command}\n{output}", f"$ {command}\n{run(command)}")
    table = run("cibtools rules --format markdown")
    README.write_text(TABLE.sub(lambda match: f"{match[1]}{table}{match[3]}", text))


if __name__ == "__main__":
    rewrite()
