"""Put ring, key and CIB of the new stack in place, with the cluster down."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.whole_cluster import CIB_DIRECTORY
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import RESUME, as_before, quoted
from cibtools.runbook.kinds.convert.before import NEW_CIB
from cibtools.runbook.kinds.convert.hb2openais_gaps import interfaces
from cibtools.runbook.kinds.convert.storage import NEW, every
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Caution, Check, Command, Duration, Risk, Rollback, Step


def files(draft: Draft, made: Conversion) -> Phase:
    """P4: the configuration of the new stack and the CIB, with the cluster down."""
    return new_phase(
        draft, "P4", "Put the configuration in place", "ring, key and CIB, before anything starts",
        [_ring(draft, made), _key(draft), _cib(draft)], tools=NEW, rollback_to="P3", rollback_seconds=120,
    )  # fmt: skip


_CONF = "openais.conf"
_ONE_RING = """awk '/^[[:space:]]*interface[[:space:]]*[{]/ { rings++; inside = 1 }
{ sub(/rrp_mode:.*/, "rrp_mode: none") }
!(inside && rings > 1) { print }
/^[[:space:]]*[}]/ { inside = 0 }' converted/openais.conf > openais.one-ring"""
"""Leaves out every ring but the first."""


def _ring(draft: Draft, made: Conversion) -> Step:
    each = every(draft)
    return Step(
        title="Put openais.conf in place", where="all nodes", tools=NEW,
        commands=(
            each.shell(RESUME),
            each.shell("cp -p /etc/ais/openais.conf /etc/ais/openais.conf.before", CommandKind.CHANGE),
            *_conf(each, made, several=len(interfaces(draft)) > 1),
            each.shell("grep -nE 'ringnumber|bindnetaddr|mcastaddr|mcastport|rrp_mode' /etc/ais/openais.conf"),
            each.shell("ip -o -f inet addr"),
        ),
        expect="one ring, on a network that every node has, with an address and a port that are free",
        verify=(
            Check(text="one ring only: the lock manager cannot work over two",
                  command="grep -c ringnumber /etc/ais/openais.conf",
                  run_on=each.run_on, look_for=("1",)),
            Check(text="bindnetaddr is the network of the ring, as ip shows it now; eth0 may be a bridge",
                  run_on=each.run_on),
            Check(text="multicast passes between the nodes, and the firewall lets UDP mcastport and "
                  "the one below through"),
        ),
        duration=Duration(nominal=600, limit=1800, hard=1800, basis="reading by eye"),
        rollback=Rollback(way=Way.POSSIBLE, text="the file of the installation is beside it",
                 commands=(each.shell(as_before("/etc/ais/openais.conf"), CommandKind.CHANGE),),
                 proof="diff of both shows nothing", seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="no stack runs"),
    )  # fmt: skip


def _conf(each: Console, made: Conversion, *, several: bool) -> Iterator[Command]:
    """Put the file in place that the migration has written; without one, somebody has to write it."""
    if made.files and all(file.name != _CONF for file in made.files):
        yield each.shell("vi /etc/ais/openais.conf", CommandKind.INTERACTIVE)
        return
    if several:
        yield each.shell(_ONE_RING, CommandKind.CHANGE)
    source = "openais.one-ring" if several else f"converted/{_CONF}"
    yield each.shell(f"install -m 644 {source} /etc/ais/openais.conf", CommandKind.CHANGE)


def _key(draft: Draft) -> Step:
    node, others = draft.nodes[0], draft.nodes[1:]
    here = Console(NEW, node)
    copy = "\n".join(f"scp -p /etc/ais/authkey {quoted(name)}:/etc/ais/authkey" for name in others)
    return Step(
        title="Make a key and give it to all nodes", where=node, tools=NEW,
        commands=(
            here.shell("ais-keygen && chmod 0400 /etc/ais/authkey", CommandKind.CHANGE),
            *((here.shell(copy, CommandKind.CHANGE),) if others else ()),
        ),
        expect="every node has the same key; that of heartbeat cannot be used",
        verify=(Check(text="the same line and -r-------- on every node",
                      command="md5sum /etc/ais/authkey; ls -l /etc/ais/authkey",
               run_on=every(draft).run_on),),
        duration=Duration(nominal=120, limit=600, hard=600, basis="ais-keygen waits for random numbers"),
        rollback=Rollback(way=Way.POSSIBLE, text="remove the key; without it no node joins",
                 commands=(every(draft).shell("rm -f /etc/ais/authkey", CommandKind.CHANGE),), proof="",
                 seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="no stack runs"),
    )  # fmt: skip


def interim(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Options that hold until all nodes are there: the first one alone must fence nobody, and act without quorum."""
    alone = (("no-quorum-policy", "ignore"),) if len(draft.survey.names) > 2 else ()
    return (("maintenance-mode", "true"), ("startup-fencing", "false"), *alone)


def _cib(draft: Draft) -> Step:
    node = draft.nodes[0]
    here, each = Console(NEW, node), every(draft)
    held = "\n".join(f"CIB_file=cib-start.xml {here.set_option(name, value).text}" for name, value in interim(draft))
    install_it = f"install -o hacluster -g haclient -m 600 cib-start.xml {CIB_DIRECTORY}/cib.xml"
    return Step(
        title=f"Put the converted CIB on {node}, and none on the others",
        where=f"all nodes in order {', '.join(draft.nodes)}",
        tools=NEW,
        commands=(
            each.shell(f"rm -f {CIB_DIRECTORY}/cib*", CommandKind.CHANGE),
            here.shell(RESUME),
            here.shell(f"cp {NEW_CIB} cib-start.xml\n{held}", CommandKind.CHANGE),
            here.verify_file("cib-start.xml"),
            here.shell(install_it, CommandKind.CHANGE),
        ),
        expect=f"{CIB_DIRECTORY}/cib.xml is on {node} only, and keeps the cluster from touching anything",
        verify=(
            Check(text="prints nothing", command="crm_verify -V -x cib-start.xml", run_on=node),
            Check(text="one file, -rw-------, hacluster haclient", command=f"ls -l {CIB_DIRECTORY}", run_on=node,
                  look_for=("cib.xml", "hacluster")),
            Check(text="the vendor's converter in its place: hb2openais.sh -u root; a second run needs -F, and it runs "
                  "csm-converter itself, which then finds nothing"),
        ),
        duration=Duration(nominal=180, limit=600, hard=600, basis="typing"),
        rollback=Rollback(way=Way.POSSIBLE, text="no CIB is a CIB without resources",
                 commands=(here.shell(f"rm -f {CIB_DIRECTORY}/cib*", CommandKind.CHANGE),), proof="", seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="no stack runs"),
        warnings=(Caution(rule="STARTUP-FENCING",
                          text=f"the CIB holds startup-fencing=false until all nodes are there: else "
                          f"{node} would cut the power of those it has not seen yet"),),
    )  # fmt: skip
