"""Saving a cluster's configuration so that it can be read, checked and put back: the whole, the parts, the evidence."""

from __future__ import annotations

from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts import topic
from cibtools.runbook.plan.enums import CommandKind, StopKind, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Decision, Duration, Rollback, Step

FILES_HB21 = (
    "/etc/ha.d/ha.cf", "/etc/ha.d/authkeys", "/etc/logd.cf", "/var/lib/heartbeat/hostcache",
    "/var/lib/heartbeat/hb_uuid",
)  # fmt: skip
FILES_P10 = ("/etc/ais/openais.conf", "/etc/ais/authkey", "/etc/corosync/corosync.conf", "/etc/corosync/authkey")
OTHER_FILES = (
    "/etc/hosts", "/etc/ntp.conf", "/etc/multipath.conf", "/etc/lvm/lvm.conf", "/etc/evms.conf",
    "/etc/ocfs2/cluster.conf", "/etc/sysconfig/o2cb", "/etc/xen/xend-config.sxp",
)  # fmt: skip
_HERE = 'umask 077; BK=${BK:?as in the first step}; mkdir -p "$BK"; cd "$BK" || echo "stop here: no $BK"'
_READ_ONLY = Rollback(Way.NOT_NEEDED, "read only")


def backup_phases(draft: Draft, change_id: str) -> tuple[Phase, ...]:
    """All of it: nothing is changed, so there is no way back to plan."""
    gate = draft.gate("G-END", "Is the backup good?", (
        look("every line of sha256sum -c says OK, on the host of the backups"),
        look("crm_verify says of the file what it says of the cluster"),
        look("cibtools reads it: cibtools show names all nodes, resources and domUs"),
        look("the directory is readable for root only, there too: it holds the passwords of the fencing devices"),
    ))  # fmt: skip
    save = new_phase(
        draft, "P0", "Save", "the CIB is saved while the cluster is idle, with what belongs to it",
        [prepare.working_directory(draft, change_id), save_cib(draft), _save_hosts(draft), _save_xm(draft)],
    )  # fmt: skip
    check = new_phase(
        draft, "P1", "Check and take away", "a backup that nobody has read is a hope",
        [_sums(draft), _off_host(draft), _read(draft, gate.id)],
    )  # fmt: skip
    return save, check


def save_cib(draft: Draft, suffix: str = "") -> Step:
    """The CIB, whole and in sections, and what the cluster says about itself at that moment."""
    console = draft.console()
    return Step(
        "", "Save the CIB and the state of the cluster", console.run_on, draft.tools,
        (
            console.wait_idle(120),
            console.save_cib(f"cib.full{suffix}.xml"),
            *(() if suffix else (console.save_sections(),)),
            console.shell(f"crm_mon -1 -n -r > crm_mon{suffix}.txt; crm_verify -L -V > verify{suffix}.txt 2>&1; "
                          f"crmadmin -N > members{suffix}.txt"),
            console.shell(f"cibadmin -5 -x cib.full{suffix}.xml > DIGEST{suffix}"),
            console.verify_file(f"cib.full{suffix}.xml"),
        ),
        "the files are those of an idle cluster: a backup during a transition has half a status",
        (
            Check("S_IDLE (ok)", 'crmadmin -S "$DC"', look_for=("S_IDLE",)),
            Check("the file gets the same verdict as the cluster", f"cat verify{suffix}.txt"),
            Check("the file is whole: its last line ends the cib", f"tail -n 1 cib.full{suffix}.xml",
                  look_for=("</cib>",)),
        ),
        Duration(60, 300, 300, "reading"),
        _READ_ONLY,
        warnings=draft.cautions(*topic.SECRETS) if not suffix else (),
    )  # fmt: skip


def _save_hosts(draft: Draft) -> Step:
    each = Console(draft.tools, "each node")
    files = (*(FILES_HB21 if each.old else FILES_P10), *OTHER_FILES)
    copy = f'mkdir -p "$BK/nodes/$(uname -n)"\nfor f in {quoted(*files)}; do\n' \
           '  test -e "$f" && cp -p --parents "$f" "$BK/nodes/$(uname -n)/"\ndone'  # fmt: skip
    return Step(
        "", "Save the files of every host", f"all nodes in order {', '.join(draft.survey.names)}", draft.tools,
        (
            each.shell(_HERE),
            each.shell(copy),
            each.shell("rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}.%{ARCH}\\n' | sort > "
                       '"$BK/nodes/$(uname -n)/rpms"'),
        ),
        "membership, keys, storage, time and Xen of each host are in nodes/HOST, under the paths they have there",
        (Check("the files are there; what a host does not have is missing", 'find "$BK/nodes" -type f', "each node"),),
        Duration(120, 600, 600, "copying"),
        _READ_ONLY,
    )  # fmt: skip


def _save_xm(draft: Draft) -> Step:
    each = Console(draft.tools, "each node")
    return Step(
        "", "Save the files of the domUs", f"all nodes in order {', '.join(draft.survey.names)}", draft.tools,
        (
            each.shell('mkdir -p "$BK/nodes/$(uname -n)/xen"; cp -a /etc/xen/vm "$BK/nodes/$(uname -n)/xen/"'),
            each.shell("md5sum /etc/xen/vm/*"),
            each.shell('xm list > "$BK/nodes/$(uname -n)/xm.list"; xm info > "$BK/nodes/$(uname -n)/xm.info"'),
        ),
        "the xm files of every node are saved, and with them what runs and how much memory there is",
        (Check("the same sums on every node", "md5sum /etc/xen/vm/*", "each node"),),
        Duration(60, 300, 300, "copying"),
        _READ_ONLY,
    )  # fmt: skip


def _sums(draft: Draft) -> Step:
    each = Console(draft.tools, "each node")
    add = (
        "rm -f SHA256SUMS && find . -type f ! -name session.log -exec sha256sum {} + > ../SUMS && mv ../SUMS SHA256SUMS"
    )
    return Step(
        "", "Add checksums", f"all nodes in order {', '.join(draft.survey.names)}", draft.tools,
        (each.shell(f'cd "$BK" && {add}'), each.shell("chmod -R go= .; sha256sum -c SHA256SUMS")),
        "every file has a sum, and only root can read any of them",
        (
            Check("every line says OK", "sha256sum -c SHA256SUMS", "each node", ("OK",), ("FAILED",)),
            Check("md5sum instead, where the release has no sha256sum", run_on="each node"),
        ),
        Duration(60, 300, 300, "reading"),
        _READ_ONLY,
    )  # fmt: skip


def _off_host(draft: Draft) -> Step:
    each = Console(draft.tools, "each node")
    target = '"${BACKUP_HOST:?host of the backups}:$(basename "$BK")-$(uname -n)"'
    return Step(
        "", "Copy the backup off the hosts", f"all nodes in order {', '.join(draft.survey.names)}", draft.tools,
        (each.shell(f'scp -p -r "$BK" {target}', CommandKind.READ),),
        "the backup outlives the hosts",
        (Check("every line says OK there as well", "sha256sum -c SHA256SUMS", "backup host", ("OK",), ("FAILED",)),),
        Duration(120, 600, 600, "copying"),
        _READ_ONLY,
    )  # fmt: skip


def _read(draft: Draft, gate: str) -> Step:
    admin = Console(draft.tools, "admin host")
    questions = next(found for found in draft.gates if found.id == gate).criteria
    return Step(
        "", "Read the backup as a stranger would", "admin host", draft.tools,
        (
            admin.shell('cd "${BACKUP:?the copy}" || echo "stop here"'),
            admin.shell("cibtools show ."),
            admin.shell("cibtools lint ."),
            admin.shell("cibtools validate cib.full.xml"),
        ),
        "nodes, resources, domUs and files are what the cluster has; what is wrong with them is known",
        (
            Check(f"{len(draft.survey.names)} nodes, {len(draft.survey.guests)} domUs", "cibtools show ."),
            Check("nothing new since the last backup", "cibtools lint ."),
        ),
        Duration(300, 900, 900, "reading"),
        _READ_ONLY,
        decision=Decision(StopKind.GO, gate, tuple(criterion.text for criterion in questions)),
    )  # fmt: skip
