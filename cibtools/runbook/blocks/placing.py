"""Put a prepared CIB on one node, and none on the others."""

from __future__ import annotations

from cibtools.runbook.blocks.hold import hold
from cibtools.runbook.blocks.whole_cluster import CIB_DIRECTORY, Exchange
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import RESUME, quoted
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way
from cibtools.runbook.plan.step import Check, Duration, Risk, Rollback, Step


def old_cib_back() -> str:
    """Put the CIB of before back on a node, if it has been moved away; its digests stay away."""
    old = '"$BK/crm.old/cib.xml"'
    put = f"install -o hacluster -g haclient -m 600 {old} {CIB_DIRECTORY}/cib.xml"
    return f"{RESUME}\nif [ -e {old} ]; then\n  {put}\nelse\n  echo 'nothing was moved'\nfi"


def place_cib(exchange: Exchange) -> Step:
    """Put the prepared CIB on one node and none on the others, which get it from there."""
    first = exchange.first.run_on
    each, here = Console(exchange.new_tools, "each node"), exchange.first
    directory = CIB_DIRECTORY
    holding = "\n".join(f"CIB_file={quoted(exchange.cib_file)} {line.text}" for line in hold(exchange, here))
    return Step(
        title=f"Put the prepared CIB on {first}, and none on the others",
        where=exchange.everywhere,
        tools=exchange.new_tools,
        commands=(
            each.shell(RESUME),
            here.shell(holding, CommandKind.CHANGE),
            each.shell(f'mkdir -p "$BK/crm.old" && mv {directory}/cib* "$BK/crm.old/"', CommandKind.CHANGE),
            here.shell(
                f"install -o hacluster -g haclient -m 600 {quoted(exchange.cib_file)} {directory}/cib.xml",
                CommandKind.CHANGE,
            ),
            here.verify_file(f"{directory}/cib.xml"),
        ),
        expect=f"{directory}/cib.xml is on {first} only, without signature, owned by hacluster:haclient, mode 0600",
        verify=(
            Check(text="one file, mode 0600", command=f"ls -l {directory}", run_on=first,
                  look_for=("cib.xml", "hacluster")),
            Check(text="no cib.xml, no .sig, no .last", command=f"ls {directory}", run_on="each other node",
                  look_for=(), must_not_show=("cib.xml",)),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="typing"),
        rollback=Rollback(way=Way.POSSIBLE,
                          text='the old files are in "$BK/crm.old"; cib.xml goes back on one node, without .sig, .last',
                          commands=(here.shell(old_cib_back(), CommandKind.CHANGE),),
                          proof="crm_verify -V -x says nothing", seconds=120),
        risk=Risk(level=RiskLevel.LOW, text="no stack runs"),
    )  # fmt: skip
