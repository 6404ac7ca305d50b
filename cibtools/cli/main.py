"""The `cibtools` program: the table of its commands, and the one border where errors become exit statuses.

A command's module is imported when that command is run and not before, so that `cibtools --version`, `cibtools --help`
and shell completion cost no more than Click.
"""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from cibtools import __version__
from cibtools.cli.errors import report_error
from cibtools.errors import CibtoolsError

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

EXIT_STATUS: dict[type[BaseException], int] = {
    CibtoolsError: 2,
    BrokenPipeError: 2,
    click.Abort: 130,
    KeyboardInterrupt: 130,
}
"""What ends the program early, and its exit status; Click sees to usage errors (2), and a bug shows its traceback."""


class LazyGroup(click.Group):
    """A group that imports a command when it is used, and maps what commands raise by `EXIT_STATUS`."""

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

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; turn the errors of `EXIT_STATUS` into a line on stderr and a status."""
        _let_stdout_say_everything()
        try:
            try:
                return super().invoke(ctx)
            finally:
                # A reader that has gone away is noticed here, not when the interpreter shuts down.
                sys.stdout.flush()
        except tuple(EXIT_STATUS) as error:
            if isinstance(error, BrokenPipeError):
                _discard_output()
            elif isinstance(error, CibtoolsError):
                report_error(error)
            ctx.exit(next(status for kind, status in EXIT_STATUS.items() if isinstance(error, kind)))


def _let_stdout_say_everything() -> None:
    """Write what the terminal's encoding cannot say as `\\u2013`; file names need not even be text."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Let what is still buffered for stdout go nowhere, so that nothing complains at shut-down."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


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
