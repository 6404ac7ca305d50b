"""Save on SLES 10 what the installation takes away: domU files, host files, metadata of the storage."""

from __future__ import annotations

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import RESUME, quoted
from cibtools.runbook.facts.storage_map import Volume
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way
from cibtools.runbook.plan.step import Check, Duration, Risk, Rollback, Step

SAVED = (
    "/etc/ha.d", "/etc/logd.cf", "/var/lib/heartbeat/hostcache", "/var/lib/heartbeat/hb_uuid", "/etc/evms.conf",
    "/etc/lvm/lvm.conf", "/etc/multipath.conf", "/etc/ocfs2/cluster.conf", "/etc/sysconfig/o2cb",
    "/etc/xen/xend-config.sxp", "/etc/xen/scripts", "/etc/modprobe.conf.local", "/etc/hosts", "/etc/ntp.conf",
    "/etc/sysconfig/ntp", "/etc/ssh", "/root/.ssh",
)  # fmt: skip
"""What a fresh installation takes away and nothing else has."""


def copy_xm(draft: Draft) -> Step:
    """Copy the domU files to the local disk of every node."""
    each, first = Console(draft.tools, "each node"), draft.console()
    mounts = [one.mount for one in draft.features.ocfs2]
    sums = "(cd /etc/xen/vm.local && find . -type f -exec md5sum {} + | sort -k 2)"
    where = f" ({', '.join(mounts)} is on OCFS2, which goes away)" if mounts else ""
    return Step(
        title="Copy the xm files off shared storage", where=f"all nodes in order {', '.join(draft.survey.names)}",
        tools=draft.tools,
        commands=(
            each.shell(RESUME),
            each.shell("mkdir -p /etc/xen/vm.local && cp -a /etc/xen/vm/. /etc/xen/vm.local/", CommandKind.CHANGE),
            each.shell(sums),
            first.shell('cp -a /etc/xen/vm.local "$BK/"'),
        ),
        expect=f"every node has the xm files on a local disk{where}",
        verify=(Check(text="the same lines on every node", command=sums, run_on="each node"),),
        duration=Duration(nominal=300, limit=900, hard=900, basis="copying small files"),
        rollback=Rollback(way=Way.POSSIBLE,
                          text="copies harm nobody; rm -r /etc/xen/vm.local, once they are on the backup host"),
        risk=Risk(level=RiskLevel.LOW, text="nothing reads the copies"),
    )  # fmt: skip


def save_hosts(draft: Draft) -> Step:
    """Save the files, packages and services of every node."""
    each = Console(draft.tools, "each node")
    names = quoted(*SAVED)
    return Step(
        title="Save what the installation will take away", where=f"all nodes in order {', '.join(draft.survey.names)}",
        tools=draft.tools,
        commands=(
            each.shell(RESUME),
            each.shell(f'umask 077; mkdir -p "$BK"; tar -czf "$BK/$(uname -n).files.tgz" --ignore-failed-read {names}'),
            each.shell("rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}.%{ARCH}\\n' | sort > \"$BK/$(uname -n).rpms\""),
            each.shell("chkconfig --list > \"$BK/$(uname -n).services\""),
            each.shell('scp -p "$BK/$(uname -n)".* "${BACKUP_HOST:?host of the backups}:$(basename "$BK")/"'),
        ),
        expect="the files of every node are off the hosts",
        verify=(
            Check(text="the archive lists ha.cf, lvm.conf, hosts", command='tar -tzf "$BK/$(uname -n).files.tgz"',
                  run_on="each node",
                  look_for=("etc/ha.d/ha.cf", "etc/hosts")),
            Check(text="an image of every node is there, and one has been restored once: date ______"),
            Check(text="EVMS's own backups of its metadata are among them (metadata_backup_dir of evms.conf)"),
        ),
        duration=Duration(nominal=900, limit=3600, hard=3600, basis="copying"),
    )  # fmt: skip


def draw_map(draft: Draft, found: tuple[Volume, ...]) -> Step:
    """Draw the storage map and save the metadata of EVMS."""
    console = draft.console()
    names = quoted(*(volume.path for volume in found))
    commands = [
        console.shell(RESUME),
        console.shell('ls -lR /dev/evms > "$BK/evms.devices"'),
        console.shell('multipath -ll > "$BK/multipath"'),
    ]
    if found:
        sizes = (
            f'for d in {names}; do\n  echo "$d $(blockdev --getsize64 "$d")"\ndone > "$BK/volumes"; cat "$BK/volumes"'
        )
        commands.append(console.shell(sizes))
    image = (
        'LUN=${LUN:?multipath device of the container}; END=$(( $(blockdev --getsize64 "$LUN") / 1048576 - 64 ))\n'
        'dd if="$LUN" of="$BK/lun.head" bs=1M count=64\ndd if="$LUN" of="$BK/lun.tail" bs=1M skip="$END"'
    )
    commands += [
        console.shell(image),
        console.shell('scp -p -r "$BK/." "${BACKUP_HOST:?host of the backups}:$(basename "$BK")/"')
    ]  # fmt: skip
    return Step(
        title="Draw the storage map and save the metadata", where=console.run_on, tools=draft.tools,
        commands=tuple(commands),
        expect="it is known for every volume who uses it, how large it is, and what it will be called",
        verify=(
            Check(text="every volume of the storage map has a size", command='cat "$BK/volumes"'),
            Check(text="head and tail of every LUN of a container are saved, and off the hosts"),
            Check(text="the array has a snapshot of every LUN: name ______, or cannot make one: ____"),
        ),
        duration=Duration(nominal=1800, limit=5400, hard=5400, basis="reading and copying"),
    )  # fmt: skip
