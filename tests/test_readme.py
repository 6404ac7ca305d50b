"""README and docs/ show what the tool prints today: every console block is run, every generated table made anew.

A block is a fenced `console` block: lines that begin with `$ ` are commands, the others their output. `[…]` stands
for any number of them. `python tests/test_readme.py` writes the present output into the pages.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import fields

from cibtools.cli.commands.explain import numbers
from cibtools.runbook.facts.parameters import Parameters

REPO = Path(__file__).resolve().parent.parent
README = REPO / "README.md"
PAGES = (README, REPO / "CONTRIBUTING.md", *sorted((REPO / "docs").glob("*.md")))
README_LINES = 250
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
GENERATED = re.compile(r"(<!-- (\w+): begin -->\n)(.*?)(<!-- \w+: end -->)", re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")
ELISION = "[…]"


@cache
def run(command: str) -> str:
    """What a command prints on both streams, run in the checkout; a leading `cibtools` is the one under test."""
    first, second = ([*shlex.split(part)] for part in (command.split(" | ", 1) if " | " in command else (command, "")))
    given = subprocess.run(first, capture_output=True, cwd=REPO, check=True).stdout if second else None
    words = second or first
    assert words[0] == "cibtools", "the pages run nothing but cibtools"
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


def examples(page: Path) -> Iterator[tuple[str, str]]:
    """Yield the commands of a page with the output it shows, but for generated parts."""
    for block in BLOCK.findall(GENERATED.sub("", page.read_text(encoding="utf-8"))):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


EXAMPLES = [(page.name, *example) for page in PAGES for example in examples(page)]


def matches(shown: str, printed: str) -> bool:
    parts = [re.escape(part.strip("\n")) for part in shown.strip("\n").split(ELISION)]
    return re.fullmatch(r"(?s:.*)".join(parts), printed.strip("\n")) is not None


@pytest.mark.parametrize(("page", "command", "output"), EXAMPLES, ids=[f"{page}: {what}" for page, what, _ in EXAMPLES])
def test_examples_print_what_the_page_shows(page: str, command: str, output: str) -> None:
    printed = run(command)
    assert matches(output, printed), printed


def test_the_pages_have_examples() -> None:
    assert len(EXAMPLES) >= 10


def test_a_wrong_example_is_noticed() -> None:
    assert matches("a\n[…]\nd\n", "a\nb\nc\nd\n")
    assert not matches("a\n[…]\ne\n", "a\nb\nc\nd\n")


def test_the_readme_fits_on_a_few_screens() -> None:
    assert README.read_text(encoding="utf-8").count("\n") <= README_LINES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


def commands() -> str:
    """The help of every command, in the order in which `cibtools --help` lists them."""
    listed = re.findall(r"^  ([a-z]+)  ", run("cibtools --help").partition("Commands:")[2], re.MULTILINE)
    parts = [("", "cibtools --help"), *((f"## cibtools {name}\n\n", f"cibtools {name} --help") for name in listed)]
    return "\n".join(f"{heading}```console\n$ {command}\n{run(command)}```\n" for heading, command in parts)


FAMILIES = {
    r"M\d+": "Steps of the migration",
    r"P-\d+": "Checks before a runbook's first change",
    r"G-.*": "Gates of runbooks",
    r"S-.*": "Reasons for and against a method",
    r"T-\d+": "Acceptance tests",
    r".*": "Warnings of runbooks",
}


def tables_of_numbers() -> str:
    """Every number that a migration or a runbook prints, a table for each kind."""
    left = {number.code: number.title for number in numbers()}
    parts = []
    for pattern, heading in FAMILIES.items():
        rows = {code: title for code, title in left.items() if re.fullmatch(pattern, code)}
        left = {code: title for code, title in left.items() if code not in rows}
        lines = (f"| {code} | {title.replace('|', chr(92) + '|')} |" for code, title in sorted(rows.items()))
        parts.append("\n".join((f"### {heading}\n", "| number | title |", "|---|---|", *lines, "")))
    return "\n".join(parts)


GENERATORS = {
    "rules": lambda: run("cibtools rules --format markdown"),
    "commands": commands,
    "numbers": tables_of_numbers,
}
"""The parts of pages that are made from the program."""


def generated(name: str) -> str:
    """What stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->`."""
    return GENERATORS[name]()


@pytest.mark.parametrize("name", GENERATORS)
def test_generated_parts_are_current(name: str) -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    (shown,) = [match[3] for text in texts for match in GENERATED.finditer(text) if match[2] == name]
    assert shown == generated(name)


def test_the_rule_of_the_page_keeps_its_own_examples(tmp_path: Path) -> None:
    page = (REPO / "docs" / "rules.md").read_text(encoding="utf-8")
    (rule,) = re.findall(r"```toml\n(code = .*?)```", page, re.DOTALL)
    (tmp_path / "SITE001.toml").write_text(rule, encoding="utf-8")
    command = [sys.executable, "-m", "cibtools", "rules", "test", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPO)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_map_names_every_room_and_nothing_that_is_gone() -> None:
    text = (REPO / "docs" / "architecture.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:cibtools|rules|schemas|tests|fixtures)/[^`]*)`", text)
    written = [path for path in paths if "NAME" not in path and "CODE" not in path and "M123" not in path]
    assert not [path for path in written if not (REPO / path).exists()]
    rooms = {f"cibtools/{folder.parent.name}/" for folder in (REPO / "cibtools").glob("*/__init__.py")}
    assert rooms <= set(written)


def test_the_types_of_the_map_are_declared_where_it_says() -> None:
    text = (REPO / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[A-Z].*?) \| (`.*?) \|", text, re.MULTILINE)
    assert len(rows) > 10
    for names, files in rows:
        source = "".join((REPO / file).read_text(encoding="utf-8") for file in re.findall(r"`(.*?)`", files))
        for name in re.findall(r"`(\w+)`", names):
            assert re.search(rf"^(class )?{name}\b", source, re.MULTILINE), name


def test_every_key_of_the_runbook_table_is_explained_with_its_default() -> None:
    page = (REPO / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*?) ?\|", page, re.MULTILINE))
    given = Parameters()
    wanted = {
        field.name.replace("_", "-"): getattr(given, field.name) for field in fields(given) if field.name != "given"
    }
    shown = {key: _meant(text) for key, text in rows.items() if key in wanted}
    assert shown == {key: "" if value == () else value for key, value in wanted.items()}


def _meant(text: str) -> object:
    """The value that a cell of the table stands for."""
    match text.split():
        case []:
            return ""
        case ["yes" | "no" as word]:
            return word == "yes"
        case [number, *unit]:
            return int(number) * {"min": 60, "h": 3600}.get("".join(unit), 1)
    raise AssertionError(text)


def rewrite() -> None:
    """Write the present output into the pages; blocks with an elision are left to the author."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for command, output in examples(page):
            if ELISION not in output:
                text = text.replace(f"$ {command}\n{output}", f"$ {command}\n{run(command)}")
        text = GENERATED.sub(lambda match: f"{match[1]}{generated(match[2])}{match[4]}", text)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
