"""The options of `cibtools runbook` that say what is wished for, gathered into one value."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource
from msgspec import Struct

from cibtools.runbook.plan.enums import Method

METHODS = ("auto", *(method.value.lower() for method in Method))


class Given(Struct, frozen=True, kw_only=True):
    """The words of the options, as they were typed."""

    source: str
    target: str
    method: str
    accept: tuple[str, ...]
    nodes: str
    domu_order: str
    node_ram: tuple[str, ...]
    placement: Path | None
    window: str
    change: str
    date: str

    def files(self) -> list[Path]:
        """Return the files that the options may name."""
        return [Path(text) for text in (self.nodes, self.domu_order) if text] + (
            [self.placement] if self.placement else []
        )


def wish_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of wishes, gathered into its parameter `given`."""

    @wraps(command)
    def gathered(
        *others: object,
        source: str,
        target: str,
        method: str,
        accept: tuple[str, ...],
        nodes: str,
        domu_order: str,
        node_ram: tuple[str, ...],
        placement: Path | None,
        window: str,
        change: str,
        date: str,
        **named: object,
    ) -> None:
        given = Given(
            source=source, target=target, method=method, accept=accept, nodes=nodes, domu_order=domu_order,
            node_ram=node_ram, placement=placement, window=window, change=change, date=date,
        )  # fmt: skip
        command(*others, given=given, **named)

    decorated: Callable[..., None] = gathered
    for decorate in reversed(_OPTIONS):
        decorated = decorate(decorated)
    return decorated


def _not_empty(context: click.Context, parameter: click.Parameter, text: str) -> str:
    """Refuse an empty word: a variable of a script that is not set would leave the option without effect."""
    if not text and context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE:
        raise click.BadParameter("is empty; name something, or leave the option out", context, parameter)
    return text


_WORD: dict[str, Any] = {"default": "", "callback": _not_empty}
"""What every option of one word has."""
_OPTIONS = (
    click.option("--from", "source", **_WORD, metavar="VERSION", help="What runs now, such as heartbeat-2.1.4."),
    click.option("--to", "target", **_WORD, metavar="VERSION", help="Where to go: pacemaker-1.0, sle-ha-11."),
    click.option("--method", type=click.Choice(METHODS), default="auto", show_default=True, help="Ask for one method."),
    click.option(
        "--accept", multiple=True, metavar="CODE",
        help="Accept the risk CODE, for example S-FENCE; the runbook is then written with a warning.",
    ),
    click.option("--nodes", **_WORD, metavar="A,B,…", help="The order in which the nodes are worked on."),
    click.option(
        "--domu-order", **_WORD, metavar="FILE", help="DomUs, least important first; a comma list will do."
    ),
    click.option("--node-ram", multiple=True, metavar="NODE=SIZE", help="The memory of a host, such as host1=16GiB."),
    click.option(
        "--placement", type=click.Path(path_type=Path), metavar="FILE",
        help='Where the domUs run: lines of "domU node".',
    ),
    click.option("--window", **_WORD, metavar="START/DURATION", help="The time there is, such as 21:00/5h."),
    click.option("--change-id", "change", **_WORD, metavar="ID", help="The id of the change, made up if not given."),
    click.option("--date", **_WORD, metavar="YYYY-MM-DD", help="The date to print; none if not given."),
)  # fmt: skip
