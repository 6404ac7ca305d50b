"""The `cibtools` program: the table of its commands.

A command's module is imported when that command is run and not before, so that `cibtools --version`, `cibtools --help`
and shell completion cost no more than Click.
"""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from cibtools import __version__
from cibtools.cli.border import border

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Deferred(click.Command):
    """A stand-in with a command's name and short help: enough for `--help`, completion and the near name of a typo."""

    def __init__(self, name: str, target: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help)
        self.target = target
        """Where the command is, as `module:attribute`."""

    def load(self) -> click.Command:
        """Import the command."""
        module, attribute = self.target.split(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.target} is not a Click command")
        return command


COMMANDS = (
    Deferred("lint", "cibtools.cli.commands.lint:lint", "Find faults in cluster configurations."),
    Deferred("migrate", "cibtools.cli.commands.migrate:migrate", "Rewrite a heartbeat-2.1 CIB for Pacemaker 1.0."),
    Deferred("verify", "cibtools.cli.commands.verify:verify", "Compare what the scheduler decides for two CIBs."),
    Deferred("diff", "cibtools.cli.commands.diff:diff", "Compare two clusters by meaning."),
    Deferred("runbook", "cibtools.cli.commands.runbook:runbook", "Plan a procedure: patch, upgrade."),
    Deferred("rules", "cibtools.cli.commands.rules:rules", "List the rules of the linter, or test rule files."),
    Deferred("explain", "cibtools.cli.commands.explain:explain", "Show what a rule looks for, and why."),
    Deferred("show", "cibtools.cli.commands.show:show", "Show a cluster as a tree."),
    Deferred("validate", "cibtools.cli.commands.validate:validate", "Hold CIBs against the schema of their dialect."),
    Deferred("split", "cibtools.cli.commands.split:split", "Cut a CIB into one file per object type."),
    Deferred("join", "cibtools.cli.commands.join:join", "Put one file per object type together to a CIB."),
)


class LazyGroup(click.Group):
    """A group that imports a command when it is used; whatever is raised in it stops at the border."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table: the most used first."""
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
    commands={command.name: command for command in COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done, 1 done and something was found, 2 could not be done.",
)
@click.version_option(__version__, prog_name="cibtools", message="%(prog)s %(version)s")
def cli() -> None:
    """Lint, explain and migrate Linux-HA cluster configurations.

    Example: cibtools lint fixtures/hasi
    """
