"""M124 to M126: EVMS makes way for clustered LVM."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.derived.evms import is_evms
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import RESOURCE_TAGS, Draft
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import decide, drop, rewrite, shown
from cibtools.migrate.sle11.base_clone import REFERENCES, add_clone, not_whole, share
from cibtools.migrate.sle11.blueprint import CLVM, VOLUME_GROUP
from cibtools.migrate.sle11.domufile import disk_moves, target_of
from cibtools.migrate.sle11.evms import answer_line, device_pairs, domu_disks, group_users, new_device
from cibtools.migrate.sle11.foundation import agents, group_base, starts_evmsd


def remove_evms(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M124: remove the agent that activated EVMS containers.

    Source: SLE HA 11 has no EVMS. Trigger: an EvmsSCC primitive. Changes: it goes, with containers that it leaves empty
    and with their constraints; M128 tells who waited for it.
    """
    if not answers.converts_stack:
        return
    gone: set[str] = set()
    for primitive in agents(draft, "EvmsSCC"):
        found = primitive
        above = found.getparent()
        while above is not None and above.tag in RESOURCE_TAGS and _is_alone(found, above):
            found, above = above, above.getparent()
        gone.update(inner.get("id", "") for inner in found.iter(*RESOURCE_TAGS))
        yield drop("M124", found, "SLE HA 11 has no EVMS; clvmd and LVM take its place")
    if gone:
        for constraint in draft.constraints():
            named = [constraint.get(name, "") for name in REFERENCES if constraint.get(name, "") in gone]
            if named:
                yield drop("M124", constraint, f"it named {named[0]}, which is gone with EVMS")


def _is_alone(element: etree._Element, parent: etree._Element) -> bool:
    return list(parent.iterchildren(*RESOURCE_TAGS)) == [element]


def run_clvmd(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M125: replace evmsd with clvmd.

    Source: cluster LVM of SLE HA 11. Trigger: an Evmsd primitive, an evmsd that ha.cf starts, or a device that moves
    from EVMS to a volume group. Changes: Evmsd becomes ocf:lvm2:clvmd, in a clone; else a clone is made, unless there
    is one. A second Evmsd goes.
    """
    if not answers.converts_stack:
        return
    found = [*agents(draft, "clvmd"), *agents(draft, "Evmsd")]
    started, groups = starts_evmsd(draft), group_users(draft, answers)
    evmsd = [primitive for primitive in found if primitive.get("type") == "Evmsd"]
    if not found and not started and not groups:
        return
    if not found and "resources" not in draft.known:
        yield not_whole("M125", "clvmd")
        return
    for extra in evmsd if len(evmsd) < len(found) else evmsd[1:]:
        yield drop("M125", extra, "one clvmd serves the whole cluster")
    if evmsd and evmsd[0] is found[0]:
        yield from _evmsd_to_clvmd(draft, evmsd[0])
    elif not found:
        reason = (
            "clvmd takes the place of evmsd, which heartbeat started" if started else "LVM on shared disks needs it"
        )
        yield add_clone("M125", draft, CLVM, reason)
    if evmsd or not found:
        subject = next(iter(agents(draft, "clvmd")), None)
        yield decide(
            "M125", subject,
            "EVMS is replaced by LVM with clvmd. Before the new cluster starts, the containers must have become volume "
            "groups (csm-converter), and LVM must lock through the cluster on all nodes. Will that be done?",
            ('yes, as the reminders say: accept = ["M125"]',),
        )  # fmt: skip


def _evmsd_to_clvmd(draft: Draft, primitive: etree._Element) -> Iterator[Note]:
    yield rewrite("M125", primitive, "type", "clvmd", "SLE HA 11 has no EVMS; clvmd locks for LVM")
    if primitive.get("provider") != "lvm2":
        yield rewrite("M125", primitive, "provider", "lvm2", "the agent comes with lvm2-clvm")
    yield from share("M125", draft, primitive, "every node that uses the volumes needs its clvmd")


def move_to_lvm(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M126: rename EVMS devices to LVM devices; activate their volume groups.

    Source: README of hb2openais for `/dev/evms/CONTAINER/lvm2/GROUP/VOLUME`; without a container it is our inference.
    Trigger: a parameter whose value is below /dev/evms, and such a disk of a domU. Changes: the value, by the `evms`
    table of the answers or the documented layout; one cloned LVM resource for each group. A device that nobody can know
    inhibits and stays.
    """
    if not answers.converts_stack:
        return
    for pair, value in device_pairs(draft):
        if is_evms(value):
            yield from _move_pair(pair, value, answers)
    yield from _move_disks(draft, answers)
    yield from _ask_domus(draft, answers)
    for group in group_users(draft, answers):
        if group_base(draft, group) is not None:
            continue
        if "resources" not in draft.known:
            yield not_whole("M126", f"the volume group {group}")
            continue
        blueprint = VOLUME_GROUP.named(f"vg-{group}", ("volgrpname", group))
        yield add_clone("M126", draft, blueprint, f"the volume group {group} must be active where its volumes are used")


def _move_pair(pair: etree._Element, value: str, answers: Answers) -> Iterator[Note]:
    owner = next((found.get("id", "") for found in pair.iterancestors("primitive")), "")
    device = new_device(value, answers)
    if device is None:
        yield decide(
            "M126", pair,
            f"{owner} uses the EVMS device {value} ({pair.get('name')}, nvpair {pair.get('id')}). SLE HA 11 has no "
            "EVMS, and the path does not tell which volume of LVM it becomes, so it was left. Which device is it then?",
            (f"say so in the answers file, below a line [evms]: {answer_line(value)}",
             f'write it as it is: accept = ["M126:{pair.get("id")}"]'),
            attribute="value", before=shown("value", value), inhibits=True,
        )  # fmt: skip
        return
    yield rewrite("M126", pair, "value", device.path, "SLE HA 11 has no EVMS; the volume is one of LVM")
    if device.doubt:
        yield decide(
            "M126", pair,
            f"{owner}: {value} became {device.path}, because {device.doubt}. Is that the device?",
            (f"another device: say so in the answers file, below a line [evms]: {answer_line(value)}",),
            attribute="value", before=shown("value", value), after=shown("value", device.path),
        )  # fmt: skip


def _move_disks(draft: Draft, answers: Answers) -> Iterator[Note]:
    """Tell what is other in the domU files that are written beside the old ones."""
    by_id = {found.get("id", ""): found for found in reversed(agents(draft, "Xen"))}
    seen: set[tuple[str, str]] = set()
    for move in disk_moves(draft, answers):
        where = (target_of(move.domu, move.file), move.old)
        if where not in seen:
            seen.add(where)
            subject = next((by_id[manager.id] for manager in move.domu.managers if manager.id in by_id), None)
            reason = "the disk is a volume of LVM; the old file stays as it is"
            before, after = (f"{where[0]}: {path}" for path in (move.old, move.new))
            yield Note("M126", ChangeKind.REWRITTEN, subject, "", before, after, reason)


def _ask_domus(draft: Draft, answers: Answers) -> Iterator[Note]:
    """One question for all disks of domUs that nobody can know: the files stay, and the CIB is none the worse."""
    unknown = dict.fromkeys(
        (use.entry.path, domu.title) for domu, use in domu_disks(draft) if new_device(use.entry.path, answers) is None
    )
    if unknown:
        titles = ", ".join(dict.fromkeys(title for _, title in unknown))
        example = next(path for path, _ in unknown)
        yield decide(
            "M126", None,
            f"Disks of domUs are EVMS devices of which the answers say nothing ({titles}); their xm files were not "
            "rewritten, and these domUs cannot start on SLE HA 11. Which devices are they then?",
            (f"say so in the answers file, below a line [evms], one line each, such as {answer_line(example)}; the "
             "reminders have all of them",),
        )  # fmt: skip
