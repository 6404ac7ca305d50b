"""Saving a cluster's configuration so that it can be read, checked and put back: the whole, the parts, the evidence."""

from __future__ import annotations

from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.services import uses_xen
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
_READ_ONLY = Rollback(way=Way.NOT_NEEDED, text="read only")


def backup_phases(draft: Draft, change_id: str) -> tuple[Phase, ...]:
    """All of it: nothing is changed, so there is no way back to plan."""
    gate = draft.gate("G-END", "Is the backup good?", (
        look("every line of md5sum -c says OK, on the host of the backups"),
        look("crm_verify says of the file what it says of the cluster"),
        look("cibtools reads it: cibtools show names all nodes, resources and domUs"),
        look("the directory is readable for root only, there too: it holds the passwords of the fencing devices"),
    ))  # fmt: skip
    save = new_phase(
        draft, "P0", "Save", "the CIB is saved while the cluster is idle, with what belongs to it",
        [prepare.working_directory(draft, change_id), save_cib(draft), _save_hosts(draft),
         *((_save_xm(draft),) if uses_xen(draft.survey) else ())],
    )  # fmt: skip
    check = new_phase(
        draft, "P1", "Check and take away", "a backup that nobody has read is a hope",
        [_sums(draft), _off_host(draft, change_id), _read(draft, gate.id)],
    )  # fmt: skip
    return save, check


def save_cib(draft: Draft, suffix: str = "") -> Step:
    """The CIB, whole and in sections, and what the cluster says about itself at that moment."""
    console = draft.console()
    return Step(
        title="Save the CIB and the state of the cluster", where=console.run_on, tools=draft.tools,
        commands=(
            console.wait_idle(120),
            console.save_cib(f"cib.full{suffix}.xml"),
            *(() if suffix else (console.save_sections(),)),
            *((console.shell("crm_mon -1 -n -r > placement.before"),) if suffix else ()),
            console.shell(f"crm_mon -1 -n -r > crm_mon{suffix}.txt; crm_verify -L -V > verify{suffix}.txt 2>&1; "
                          f"crmadmin -N > members{suffix}.txt"),
            console.shell(f"cibadmin -5 -x cib.full{suffix}.xml > DIGEST{suffix}"),
            console.verify_file(f"cib.full{suffix}.xml"),
        ),
        expect="the files are those of an idle cluster: a backup during a transition has half a status",
        verify=(
            Check(text="S_IDLE (ok)", command='crmadmin -S "$DC"', look_for=("S_IDLE",)),
            Check(text="the file gets the same verdict as the cluster", command=f"cat verify{suffix}.txt"),
            Check(text="the file is whole: its last line ends the cib", command=f"tail -n 1 cib.full{suffix}.xml",
                  look_for=("</cib>",)),
        ),
        duration=Duration(nominal=60, limit=300, hard=300, basis="reading"),
        rollback=_READ_ONLY,
        warnings=draft.cautions(*topic.SECRETS) if not suffix else (),
    )  # fmt: skip


def _save_hosts(draft: Draft) -> Step:
    each = Console(draft.tools, "each node")
    files = (*(FILES_HB21 if each.old else FILES_P10), *OTHER_FILES)
    # Not `cp --parents`: with an absolute path it fails in coreutils 9.1 unless it stands in the root directory.
    copy = 'd="$BK/nodes/$(uname -n)"\n' \
           f"for f in {quoted(*files)}; do\n" \
           '  test -e "$f" && mkdir -p "$d${f%/*}" && cp -p "$f" "$d$f"\ndone'  # fmt: skip
    return Step(
        title="Save the files of every host", where=f"all nodes in order {', '.join(draft.survey.names)}",
        tools=draft.tools,
        commands=(
            each.shell(_HERE),
            each.shell(copy),
            each.shell("rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}.%{ARCH}\\n' | sort > "
                       '"$BK/nodes/$(uname -n)/rpms"'),
        ),
        expect="membership, keys, storage, time and Xen of each host are in nodes/HOST, under the paths they "
               "have there",
        verify=(Check(text="the files are there; what a host does not have is missing",
                      command='find "$BK/nodes" -type f', run_on="each node"),),
        duration=Duration(nominal=120, limit=600, hard=600, basis="copying"),
        rollback=_READ_ONLY,
    )  # fmt: skip


def _save_xm(draft: Draft) -> Step:
    each = Console(draft.tools, "each node")
    return Step(
        title="Save the files of the domUs", where=f"all nodes in order {', '.join(draft.survey.names)}",
        tools=draft.tools,
        commands=(
            each.shell('mkdir -p "$BK/nodes/$(uname -n)/xen"; cp -a /etc/xen/vm "$BK/nodes/$(uname -n)/xen/"'),
            each.shell("md5sum /etc/xen/vm/*"),
            each.shell('xm list > "$BK/nodes/$(uname -n)/xm.list"; xm info > "$BK/nodes/$(uname -n)/xm.info"'),
        ),
        expect="the xm files of every node are saved, and with them what runs and how much memory there is",
        verify=(Check(text="the same sums on every node", command="md5sum /etc/xen/vm/*", run_on="each node"),),
        duration=Duration(nominal=60, limit=300, hard=300, basis="copying"),
        rollback=_READ_ONLY,
    )  # fmt: skip


def _sums(draft: Draft) -> Step:
    each = Console(draft.tools, "each node")
    add = "rm -f MD5SUMS && find . -type f ! -name session.log -exec md5sum {} + > ../SUMS && mv ../SUMS MD5SUMS"
    return Step(
        title="Add checksums", where=f"all nodes in order {', '.join(draft.survey.names)}", tools=draft.tools,
        commands=(each.shell(f'cd "$BK" && {add}'), each.shell("chmod -R go= .; md5sum -c MD5SUMS")),
        expect="every file has a sum, and only root can read any of them",
        verify=(
            Check(text="every line says OK", command="md5sum -c MD5SUMS", run_on="each node", look_for=("OK",),
                  must_not_show=("FAILED",)),
        ),
        duration=Duration(nominal=60, limit=300, hard=300, basis="reading"),
        rollback=_READ_ONLY,
    )  # fmt: skip


def _off_host(draft: Draft, change_id: str) -> Step:
    each = Console(draft.tools, "each node")
    target = '"${BACKUP_HOST:?host of the backups}:$(basename "$BK")-$(uname -n)"'
    return Step(
        title="Copy the backup off the hosts", where=f"all nodes in order {', '.join(draft.survey.names)}",
        tools=draft.tools,
        commands=(each.shell(f'scp -p -r "$BK" {target}', CommandKind.READ),),
        expect="the backup outlives the hosts",
        verify=(Check(text="every line says OK there as well",
                      command=f'for d in {quoted(change_id)}-*; do (cd "$d" && md5sum -c MD5SUMS); done',
                      run_on="backup host", look_for=("OK",), must_not_show=("FAILED",)),),
        duration=Duration(nominal=120, limit=600, hard=600, basis="copying"),
        rollback=_READ_ONLY,
    )  # fmt: skip


def _read(draft: Draft, gate: str) -> Step:
    admin = Console(draft.tools, "admin host")
    questions = next(found for found in draft.gates if found.id == gate).criteria
    return Step(
        title="Read the backup as a stranger would", where="admin host", tools=draft.tools,
        commands=(
            admin.shell('cd "${BACKUP:?the copy}" || echo "stop here"'),
            admin.shell("cibtools show ."),
            admin.shell("cibtools lint ."),
            admin.shell("cibtools validate cib.full.xml"),
        ),
        expect="nodes, resources, domUs and files are what the cluster has; what is wrong with them is known",
        verify=(
            Check(text=f"{len(draft.survey.names)} nodes, {len(draft.survey.guests)} domUs", command="cibtools show ."),
            Check(text="nothing new since the last backup", command="cibtools lint ."),
        ),
        duration=Duration(nominal=300, limit=900, hard=900, basis="reading"),
        rollback=_READ_ONLY,
        decision=Decision(kind=StopKind.GO, gate=gate, questions=tuple(criterion.text for criterion in questions)),
    )  # fmt: skip
