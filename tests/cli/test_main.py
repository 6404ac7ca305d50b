"""The group of commands: lazy loading, completion, and what becomes of errors."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from cibtools.cli.main import COMMANDS, Deferred, LazyGroup, cli
from cibtools.errors import CibtoolsError, ConfigError, InputError, RuleError
from cibtools.location import Location


def group_with(function: object) -> LazyGroup:
    """Return a group with one command, `try`, that calls the function."""
    return LazyGroup("cibtools", commands={"try": click.command("try")(function)})


def failing_with(error: BaseException) -> LazyGroup:
    def fail() -> None:
        raise error

    return group_with(fail)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_of_the_table_exists(command: Deferred) -> None:
    assert command.load().name == command.name


def test_a_module_without_a_command_of_its_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("cibtools.cli.commands.seven")
    module.seven = 7
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(TypeError, match="seven is not a Click command"):
        Deferred(Path("seven.py")).load()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_short_help_opens_the_module(command: Deferred) -> None:
    text = command.get_short_help_str()
    assert command.path.read_text().startswith(f'"""`cibtools {command.name}`: {text[0].lower()}{text[1:]}"""')
    assert text.endswith(".")


def test_a_new_command_is_one_new_file(repo: Path, tmp_path: Path) -> None:
    shutil.copytree(repo / "cibtools", tmp_path / "cibtools")
    (tmp_path / "cibtools/cli/commands/say_so.py").write_text(
        '"""`cibtools say-so`: say so."""\n\nimport click\n\n\n@click.command()\ndef say_so():\n    click.echo("so")\n'
    )

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "cibtools", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "say-so    Say so." in run("--help")
    assert run("say-so") == "so\n"


@pytest.mark.parametrize(
    ("words", "message", "help_line"),
    [
        (["lnit"], "No such command 'lnit'", "cibtools --help"),
        (["lint", "--fromat", "json"], "No such option", "cibtools lint --help"),
        (["lint", "--format", "pdf"], "Invalid value for '--format'", "cibtools lint --help"),
        (["diff", "a"], "Missing argument 'NEW'", "cibtools diff --help"),
        (["migrate", "a", "--check", "--diff"], "exclude each other", "cibtools migrate --help"),
        (["rules", "test"], "Missing argument", "cibtools rules test --help"),
    ],
)
def test_mistakes_in_the_command_line_have_the_shape_of_all_errors(
    words: list[str], message: str, help_line: str
) -> None:
    result = CliRunner().invoke(cli, words, prog_name="cibtools")
    assert (result.exit_code, result.stdout) == (2, "")
    error, *rest = result.stderr.splitlines()
    assert error.startswith("cibtools: error: ")
    assert message in error
    assert rest == [f"  help: {help_line}"]


def test_without_a_command_the_help_is_shown() -> None:
    assert "Commands:" in CliRunner().invoke(cli, []).output


def test_version() -> None:
    result = CliRunner().invoke(cli, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"cibtools {import_module('cibtools').__version__}\n")


def test_help_lists_every_command() -> None:
    result = CliRunner().invoke(cli, ["--help"])
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.partition("Commands:\n")[2].splitlines()[: len(COMMANDS)]] == [
        command.name for command in COMMANDS
    ]


def test_a_mistyped_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(cli, ["lnit"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "No such command 'lnit'" in result.stderr


@pytest.mark.parametrize(
    ("args", "incomplete", "expected"),
    [([], "ex", {"explain"}), ([], "", {command.name for command in COMMANDS}), ([], "--ver", {"--version"})],
)
def test_names_and_options_are_completed(args: list[str], incomplete: str, expected: set[str]) -> None:
    completion = ShellComplete(cli, {}, "cibtools", "_CIBTOOLS_COMPLETE")
    assert {item.value for item in completion.get_completions(args, incomplete)} == expected


def test_the_options_of_a_command_are_completed() -> None:
    completion = ShellComplete(cli, {}, "cibtools", "_CIBTOOLS_COMPLETE")
    assert "--format" in {item.value for item in completion.get_completions(["lint"], "--fo")}


@pytest.mark.parametrize("kind", [InputError, ConfigError, RuleError])
def test_an_error_of_the_user_is_one_line_and_status_2(kind: type[CibtoolsError]) -> None:
    error = kind("id 'a' is taken", hint="name another", location=Location("cib.xml", 7, 3, 7, 9))
    result = CliRunner().invoke(failing_with(error), ["try"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "cibtools: error: cib.xml:7: id 'a' is taken\n  help: name another\n"


def test_an_error_without_a_place_or_a_hint_is_its_message() -> None:
    result = CliRunner().invoke(failing_with(InputError("no input")), ["try"])
    assert (result.exit_code, result.stderr) == (2, "cibtools: error: no input\n")


@pytest.mark.parametrize("write", ["click.echo('x' * 99)", "sys.stdout.write('x')"], ids=["at-once", "at-the-end"])
def test_a_reader_that_goes_away_is_no_event(repo: Path, write: str) -> None:
    program = (
        "import sys, click; from cibtools.cli.main import LazyGroup\n"
        f"command = click.command('try')(lambda: {write})\n"
        "sys.stdin.readline()\n"
        "LazyGroup('cibtools', commands={'try': command})(['try'])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=repo, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.close()
        _, talk = process.communicate(b"go\n")
    assert (process.returncode, talk) == (2, b"")
