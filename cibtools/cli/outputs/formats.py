"""Output formats: each is a module in a folder `formats` of `report`, and being there is all that makes it one.

The name of the file is the name of the format, its first line says what it is, `SUFFIX` is the ending of files in it,
and `render` draws. Nothing else lists formats: not the parser, not the help, not the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from msgspec import Struct

if TYPE_CHECKING:
    from types import ModuleType

Command = TypeVar("Command", bound=Callable[..., object])


class Family(Struct, frozen=True):
    """The formats of one kind of result."""

    folder: str
    """The folder of `cibtools.report`."""
    default: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all formats, the default first."""
        return _names(self.folder, self.default)

    def option(self, what: str) -> Callable[[Command], Command]:
        """The option `--format` of a command that prints `what`."""
        return click.option(
            "--format",
            "format_name",
            type=click.Choice(self.names),
            default=self.default,
            show_default=True,
            help=f"How to print {what}.",
        )

    def renderer(self, name: str) -> Callable[..., str]:
        """What draws one format, imported now."""
        render: Callable[..., str] = self._module(name).render
        return render

    def by_suffix(self) -> dict[str, str]:
        """The name of a format by the ending of files in it; the default goes before others with its ending."""
        return {str(self._module(name).SUFFIX): name for name in reversed(self.names)}

    def _module(self, name: str) -> ModuleType:
        return import_module(f"cibtools.report.{self.folder}.formats.{name}")


LINT = Family("lint", "text")
CHANGES = Family("changes", "text")
RUNBOOK = Family("runbook", "md")
DIFFERENCE = Family("difference", "text")
CLUSTER = Family("cluster", "text")
BRIEFING = Family("briefing", "html")
FLEET = Family("fleet", "html")
GRAPH = Family("graph", "text")


@cache
def _names(folder: str, default: str) -> tuple[str, ...]:
    package = import_module(f"cibtools.report.{folder}.formats")
    found = sorted(path.stem for top in package.__path__ for path in Path(top).glob("*.py"))
    return (default, *(name for name in found if name not in (default, "__init__")))
