"""Native EVMS volumes get a form that the converter to LVM knows, pool by pool and domU by domU."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cibtools.cluster.derived.domu import xmfile_of
from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.meta_place import MetaPlace
from cibtools.runbook.facts.storage_map import Volume
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way
from cibtools.runbook.plan.step import Caution, Check, Command, Decision, Duration, Risk, Rollback, Step, as_words


def compatible(draft: Draft, found: tuple[Volume, ...]) -> Step:
    """Give every native volume a form that the converter knows, one domU at a time."""
    console = draft.console()
    native = [volume for volume in found if volume.native]
    owners = {name for volume in native for name in volume.domus}
    guests = [draft.survey.guest(name) for name in draft.importance if name in owners]
    users = {name for volume in native for name in volume.resources}
    cluster = draft.survey.cluster
    pools = tuple(dict.fromkeys(cluster.top(one).id for one in cluster.primitives if one.id in users))
    seconds = 600 * max(1, len(pools)) + sum(
        domu.stopping(draft, one).nominal + domu.starting(draft, one).nominal + 300 for one in guests)  # fmt: skip
    gate = next(found for found in draft.gates if found.id == "G-START")
    return Step(
        title="Make compatibility volumes of the native EVMS volumes", where=console.run_on, tools=draft.tools,
        commands=(*_of_pools(console, pools), *_of_domus(draft, console, guests)),
        expect="every volume of the storage map is a /dev/evms/CONTAINER/lvm2/GROUP/VOLUME, in the CIB and in "
               "the xm files",
        verify=_proof(draft),
        duration=Duration(nominal=seconds, limit=3 * seconds, hard=3 * seconds,
                          basis="5 minutes in evmsgui for each domU, and its restart"),
        rollback=Rollback(way=Way.POSSIBLE,
                          text="make the volume native again in evmsgui; the old xm files are in /etc/xen/vm.local, "
                 "the old CIB is cib.full.xml", commands=(console.replace_section("resources", "resources.xml"),),
                 proof="all domUs run, with their old devices", seconds=seconds),
        risk=Risk(level=RiskLevel.HIGH,
                  text="each domU is down while its volume is changed; while the pool is stopped no domU can be "
             "started or moved"),
        decision=Decision(kind=StopKind.GO, gate=gate.id,
                          questions=tuple(criterion.text for criterion in gate.criteria)),
        warnings=(Caution(rule="EVMS-IN-USE",
                          text="it is not known whether EVMS can change a volume in use; the domU is stopped first"),),
    )  # fmt: skip


def _of_pools(console: Console, pools: Iterable[str]) -> Iterator[Command]:
    """Stop what the CIB mounts, change its volumes, and start it with the new devices."""
    for pool in pools:
        yield from (console.stop(pool, MetaPlace()), console.wait_idle(300))
    yield console.shell("evmsgui", CommandKind.INTERACTIVE)
    for pool in pools:
        yield console.shell(f"# the new device of {pool}, in the CIB", CommandKind.INTERACTIVE)
        yield console.start(pool, MetaPlace())


def _of_domus(draft: Draft, console: Console, guests: list[Guest]) -> Iterator[Command]:
    """Change the volumes of the first domU; the others follow its example."""
    if not guests:
        return
    first, names = guests[0], " ".join(guest.id for guest in guests[1:])
    place = domu.role_place(draft, first)
    rest = f"# the lines of {first.id} again for each of: {names}\n" if names else ""
    yield console.stop(first.id, place)
    yield console.wait_stopped(first.id, domu.stopping(draft, first).hard)
    yield console.shell(f"{rest}evmsgui\nvi {quoted(_xm_file(first))}", CommandKind.INTERACTIVE)
    yield console.start(first.id, place)
    yield console.wait_running(first.id, "", domu.starting(draft, first).hard)


def _proof(draft: Draft) -> tuple[Check, ...]:
    return (
        Check(text="nothing is printed", command=r"grep -lE '/dev/evms/[^/]+/[^/]+,' /etc/xen/vm/*"),
        Check(text="the new names are in the storage map, in answers.toml, and in the CIB"),
        Check(text="all domUs run", command="crm_mon -1 -n -r", must_not_show=("Failed actions", "Stopped")),
        Check(text="the configuration is converted on paper once more, with the new names; then "
              f"{as_words(draft.survey.parameters.soak_evms)} in service"),
    )  # fmt: skip


def _xm_file(guest: Guest) -> str:
    pair = xmfile_of(guest.resource)
    return pair.value.strip() if pair else f"/etc/xen/vm/{guest.id}"
