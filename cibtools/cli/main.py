"""The `cibtools` program: its commands, found by their files.

A command's module is imported when that command is run and not before, so that `cibtools --version`, `cibtools --help`
and shell completion cost no more than Click.
"""

from __future__ import annotations

import io
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cibtools import __version__
from cibtools.cli.border import border

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Deferred(click.Command):
    """A stand-in for a command that is not imported: its name, and its short help, which opens its module."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.stem.replace("_", "-"))
        self.path = path
        """The module of the command, which defines it under its own name."""

    def get_short_help_str(self, limit: int = 100) -> str:
        """Return what the first line of the module says after the name of the command."""
        with self.path.open(encoding="utf-8") as module:
            words = module.readline().strip().strip('"').partition(": ")[2]
        return (words[:1].upper() + words[1:])[:limit]

    def load(self) -> click.Command:
        """Import the command."""
        module = import_module(f"cibtools.cli.commands.{self.path.stem}")
        command = getattr(module, self.path.stem)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.path.stem} is not a Click command")
        return command


COMMANDS = tuple(
    Deferred(path) for path in sorted(Path(__file__).with_name("commands").glob("*.py")) if path.stem != "__init__"
)
"""Every module in `cibtools.cli.commands` is a command: a new file is a new command."""


class LazyGroup(click.Group):
    """A group that imports a command when it is used; whatever is raised in it stops at the border."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called `cmd_name`, imported now."""
        command = self.commands.get(cmd_name)
        return command.load() if isinstance(command, Deferred) else command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str()) for name, command in self.commands.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command without importing any; options as Click does."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=command.get_short_help_str())
            for name, command in self.commands.items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 -- as Click has it
        """Run the program; errors of usage are written in here, and that may fail too."""
        with border():
            return super().main(*args, **extra)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401
    ) -> click.Context:
        """Read the arguments; `--help` and `--version` answer in here."""
        _let_stdout_say_everything()
        with border():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        with border():
            return super().invoke(ctx)


def _let_stdout_say_everything() -> None:
    """Write what the terminal's encoding cannot say as `\\u2013`; file names need not even be text."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


@click.group(
    cls=LazyGroup,
    commands={str(command.name): command for command in COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done, 1 done and something was found, 2 could not be done.",
)
@click.version_option(__version__, prog_name="cibtools", message="%(prog)s %(version)s")
def cli() -> None:
    """Lint, explain and migrate Linux-HA cluster configurations.

    Example: cibtools lint fixtures/hasi
    """
