"""What must be done by hand when a cluster moves to another stack, in the order in which it is due."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.backup.heartbeat.authkeys import Authkeys
from cibtools.backup.heartbeat.logd import LogdCf
from cibtools.backup.record.kind import Kind
from cibtools.cluster.derived.evms import is_evms
from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.nvset import find_value
from cibtools.migrate.record.product import Reminder
from cibtools.migrate.sle11.corosync import uses_udpu
from cibtools.migrate.sle11.domufile import kept_disks, target_of, unseen_files
from cibtools.migrate.sle11.evms import answer_line, device_pairs, domu_disks, group_users, new_device
from cibtools.migrate.sle11.foundation import agents, clone_around, ocfs2_mounts
from cibtools.migrate.sle11.membership import Membership
from cibtools.migrate.sle11.ring import LEGACY_RINGS

_CRM = "/var/lib/heartbeat/crm"


def reminders(draft: Draft, answers: Answers, membership: Membership | None) -> Iterator[Reminder]:
    """Everything that a person must see to for this cluster."""
    if membership is not None:
        yield from _stack(draft, answers, membership)
    yield Reminder(
        "Before the first start, take away on every node what heartbeat remembers, and cib.xml on all nodes but the "
        "one that gets the new CIB: a stale copy with a higher epoch would win.",
        (
            *(f"rm {_CRM}/{name}" for name in ("cib.xml.sig", "cib.xml.last", "cib.xml.sig.last")),
            "rm /var/lib/heartbeat/hostcache /var/lib/heartbeat/hb_uuid",
            f"rm {_CRM}/cib.xml (not on the node with the new CIB)",
        ),
    )
    yield from _storage(draft, answers)
    yield from _domus(draft, answers)


def _stack(draft: Draft, answers: Answers, membership: Membership) -> Iterator[Reminder]:
    openais = answers.stack is Stack.OPENAIS
    keygen, key = ("ais-keygen", "/etc/ais/authkey") if openais else ("corosync-keygen", "/etc/corosync/authkey")
    keys = (one.content for one in draft.cluster.backup.of_kind(Kind.AUTHKEYS) if isinstance(one.content, Authkeys))
    text = "The key of heartbeat cannot be used: make a new one on one node and copy it to the others."
    if any(found.active is not None and found.active.method == "crc" for found in keys):
        text += " Heartbeat used crc, which authenticates nobody; from now on only who has the key is a member."
    yield Reminder(text, (keygen, f"chmod 0400 {key}", f"scp -p {key} NODE:{key}"))
    items = ("chkconfig heartbeat off", "chkconfig openais on")
    yield Reminder("Heartbeat must not start any more, and the new stack must.", items)
    udpu = uses_udpu(membership, answers.stack)
    ports = [f"UDP {ring.port - 1} and {ring.port} on {ring.interface}" + ("" if udpu else f", group {ring.group}")
             for ring in membership.rings[:LEGACY_RINGS]]  # fmt: skip
    if ports:
        yield Reminder("Open the ports of the rings in the firewall of every node.", tuple(ports))
    if membership.use_logd:
        yield Reminder(
            "Messages go through the log daemon, which no longer starts with heartbeat.", ("chkconfig logd on",)
        )
    files = dict.fromkeys(
        file
        for one in draft.cluster.backup.of_kind(Kind.LOGD)
        if isinstance(one.content, LogdCf) and membership.use_logd
        for file in one.content.files
    )
    if files:
        yield Reminder(
            "Log rotation must cover these files still; a rule that restarts heartbeat must go.", tuple(files)
        )


def _storage(draft: Draft, answers: Answers) -> Iterator[Reminder]:
    if agents(draft, "clvmd"):
        groups = tuple(f"vgchange -c y {group} (once)" for group in group_users(draft, answers))
        yield Reminder(
            "EVMS containers become volume groups, which LVM locks through the cluster.",
            (
                "csm-converter --scan (on one node, cluster down)",
                "vgchange -a y (on that node; compare every volume, then vgchange -a n)",
                *(groups or ("vgchange -c y GROUP (each group, once)",)),
                "/etc/lvm/lvm.conf on all nodes: locking_type = 3, and a filter that accepts the shared disks",
            ),
        )
    mounts = ocfs2_mounts(draft)
    if mounts:
        paths = (find_value(mount, "instance_attributes", "device") for mount in mounts)
        devices = dict.fromkeys("DEVICE" if not path or is_evms(path) else path for path in paths)
        yield Reminder(
            "OCFS2 volumes must be told of their new cluster stack, once each: dlm and o2cb running, mounted nowhere.",
            tuple(f"tunefs.ocfs2 --update-cluster-stack {device}" for device in devices),
        )
        yield Reminder(
            "The init scripts of OCFS2 must stay off on all nodes; Pacemaker starts what it needs.",
            ("chkconfig o2cb off", "chkconfig ocfs2 off"),
        )
    notified = [
        clone.get("id", "")
        for clone in map(clone_around, mounts)
        if clone is not None and find_value(clone, "meta_attributes", "notify") == "true"
    ]
    if notified:
        text = "notify=true is not needed on these clones any more; the agent logs a harmless error about it."
        yield Reminder(text, tuple(dict.fromkeys(notified)))


def _domus(draft: Draft, answers: Answers) -> Iterator[Reminder]:
    kept: dict[str, None] = {}
    for domu, file, raw in kept_disks(draft, answers):
        kept[f"{target_of(domu, file)}: {raw}"] = None
    if kept:
        text = "These domU files name EVMS devices and were not rewritten; such a device does not exist any more."
        yield Reminder(text, tuple(kept))
    paths = (*(value for _, value in device_pairs(draft)), *(use.entry.path for _, use in domu_disks(draft)))
    unknown = dict.fromkeys(path for path in paths if is_evms(path) and not new_device(path, answers))
    if unknown:
        text = (
            "These lines are missing in the answers file, below one line [evms]; see to it that the volumes are right."
        )
        yield Reminder(text, tuple(map(answer_line, unknown)))
    unseen = unseen_files(draft)
    if unseen:
        yield Reminder(
            "These domU files are not in the input, so nobody has looked for phy:/dev/evms/ in them; such a device "
            "does not exist any more.",
            unseen,
        )
