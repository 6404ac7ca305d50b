"""Before a conversion to SLE HA 11, while SLES 10 serves: everything saved and tried out, volumes made convertible."""

from __future__ import annotations

from cibtools.cluster.derived.domu import xmfile_of
from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.estimate.timing import as_words
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.meta_place import MetaPlace
from cibtools.runbook.facts.storage_map import Volume
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Phase, Table
from cibtools.runbook.plan.step import Caution, Check, Decision, Duration, Risk, Rollback, Soak, Step
from cibtools.runbook.preflight.python import read_by_new_python

SAVED = (
    "/etc/ha.d", "/etc/logd.cf", "/var/lib/heartbeat/hostcache", "/var/lib/heartbeat/hb_uuid", "/etc/evms.conf",
    "/etc/lvm/lvm.conf", "/etc/multipath.conf", "/etc/ocfs2/cluster.conf", "/etc/sysconfig/o2cb",
    "/etc/xen/xend-config.sxp", "/etc/xen/scripts", "/etc/modprobe.conf.local", "/etc/hosts", "/etc/ntp.conf",
    "/etc/sysconfig/ntp", "/etc/ssh", "/root/.ssh",
)  # fmt: skip
"""What a fresh installation takes away and nothing else has."""
NEW_CIB = "cib-1.0.xml"
"""The converted CIB, relative to the working directory."""


def preparation(draft: Draft, made: Conversion, found: tuple[Volume, ...], change_id: str) -> Phase:
    """P0: nothing is stopped for good, and everything can be taken back."""
    criteria = [
        *prepare.start_gate(draft, ""),
        read_by_new_python(draft.survey),
        look("the vendor's word on the conversion of native volumes is there"),
    ]
    draft.gate("G-START", "May the work begin?", criteria)
    steps = [
        prepare.working_directory(draft, change_id),
        prepare.look_around(draft),
        prepare.ask_fencing(draft),
        prepare.save_configuration(draft),
        _dry_run(draft, made, change_id),
        _copy_xm(draft),
        _save_hosts(draft),
        _map(draft, found),
        _compatible(draft, found) if any(volume.native for volume in found) else None,
        _try_out(draft, change_id),
    ]
    wait = draft.survey.parameters.soak_evms if any(volume.native for volume in found) else 0
    return new_phase(
        draft, "P0", "Preparation on SLES 10", "everything is saved, converted on paper, and tried out on copies",
        [step for step in steps if step], exit_gates=("G-START", "G-PAPER"), soak=Soak(wait, wait), rollback_to="P0",
        tables=tuple(table for table in (_storage_table(found), _chores(made)) if table.rows),
    )  # fmt: skip


def _storage_table(found: tuple[Volume, ...]) -> Table:
    return Table(
        "The storage map:",
        ("volume under EVMS", "used by", "made compatible as (fill in)", "under LVM, proposed"),
        tuple(
            (volume.path, ", ".join((*volume.resources, *volume.domus)), "____" if volume.native else "as it is",
             volume.new or "____")
            for volume in found
        ),
    )  # fmt: skip


def _dry_run(draft: Draft, made: Conversion, change_id: str) -> Step:
    admin = Console(draft.tools, "admin host")
    cautions = tuple(
        Caution(question.step, f"{question.subject}: {question.text}", question.file, question.line)
        for question in made.questions
    )
    blocking = sum(question.blocks for question in made.questions)
    note = f"; {blocking} of them must be answered before there is a CIB" if blocking else ""
    files = tuple(Check(f"{file.name} for {file.target}: {file.purpose}") for file in made.files)
    return Step(
        "", "Convert the configuration on paper", "admin host", draft.tools,
        (
            admin.shell('cd "${BACKUP:?the directory of this backup}" || echo "stop here"'),
            admin.shell("cibtools lint ."),
            admin.shell(f"cibtools migrate . --stack openais --answers answers.toml -o {NEW_CIB} --split converted "
                        "--changes changes.md --verify"),
            admin.shell(f"cibtools validate {NEW_CIB}"),
            admin.shell(f'scp -p -r {NEW_CIB} changes.md converted "${{BACKUP_HOST:?host of the backups}}:"'
                        f"{quoted(change_id)}/"),
        ),
        "there is a valid CIB for the new release, with the files that go with it, and no question is open",
        (
            Check(f"answers.toml answers the {len(made.questions)} questions of this step{note}") if made.questions
            else Check("the migration asks nothing, or answers.toml answers it"),
            *files,
            Check("no error", f"cibtools validate {NEW_CIB}", "admin host"),
        ),
        Duration(3600, 14400, 14400, "reading every change"),
        warnings=cautions,
    )  # fmt: skip


def _copy_xm(draft: Draft) -> Step:
    each, first = Console(draft.tools, "each node"), draft.console()
    mounts = [mount for _, mount in draft.features.ocfs2]
    sums = "(cd /etc/xen/vm.local && find . -type f -exec md5sum {} + | sort -k 2)"
    where = f" ({', '.join(mounts)} is on OCFS2, which goes away)" if mounts else ""
    return Step(
        "", "Copy the xm files off shared storage", f"all nodes in order {', '.join(draft.survey.names)}",
        draft.tools,
        (
            each.shell("mkdir -p /etc/xen/vm.local && cp -a /etc/xen/vm/. /etc/xen/vm.local/", CommandKind.CHANGE),
            each.shell(sums),
            first.shell('cp -a /etc/xen/vm.local "$BK/"'),
        ),
        f"every node has the xm files on a local disk{where}",
        (Check("the same lines on every node", sums, "each node"),),
        Duration(300, 900, 900, "copying small files"),
        Rollback(Way.POSSIBLE, "copies harm nobody; rm -r /etc/xen/vm.local, once they are on the backup host"),
        Risk(RiskLevel.LOW, "nothing reads the copies"),
    )  # fmt: skip


def _save_hosts(draft: Draft) -> Step:
    each = Console(draft.tools, "each node")
    names = quoted(*SAVED)
    return Step(
        "", "Save what the installation will take away", f"all nodes in order {', '.join(draft.survey.names)}",
        draft.tools,
        (
            each.shell(f'umask 077; mkdir -p "$BK"; tar -czf "$BK/$(uname -n).files.tgz" --ignore-failed-read {names}'),
            each.shell("rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}.%{ARCH}\\n' | sort > \"$BK/$(uname -n).rpms\""),
            each.shell("chkconfig --list > \"$BK/$(uname -n).services\""),
            each.shell('scp -p "$BK/$(uname -n)".* "${BACKUP_HOST:?host of the backups}:$(basename "$BK")/"'),
        ),
        "the files of every node are off the hosts",
        (
            Check("the archive lists ha.cf, lvm.conf, hosts", 'tar -tzf "$BK/$(uname -n).files.tgz"', "each node",
                  ("etc/ha.d/ha.cf", "etc/hosts")),
            Check("an image of every node is there, and one has been restored once: date ______"),
            Check("EVMS's own backups of its metadata are among them (metadata_backup_dir of evms.conf)"),
        ),
        Duration(900, 3600, 3600, "copying"),
    )  # fmt: skip


def _map(draft: Draft, found: tuple[Volume, ...]) -> Step:
    console = draft.console()
    names = quoted(*(volume.path for volume in found))
    commands = [
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
        "", "Draw the storage map and save the metadata", console.run_on, draft.tools, tuple(commands),
        "it is known for every volume who uses it, how large it is, and what it will be called",
        (
            Check("every volume of the storage map has a size", 'cat "$BK/volumes"'),
            Check("head and tail of every LUN of a container are saved, and off the hosts"),
            Check("the array has a snapshot of every LUN: name ______, or cannot make one: ____"),
        ),
        Duration(1800, 5400, 5400, "reading and copying"),
    )  # fmt: skip


def _compatible(draft: Draft, found: tuple[Volume, ...]) -> Step:
    """Give every native volume a form that the converter knows, one domU at a time."""
    console = draft.console()
    native = [volume for volume in found if volume.native]
    owners = {name for volume in native for name in volume.domus}
    guests = [draft.survey.guest(name) for name in draft.importance if name in owners]
    pools = [draft.survey.cluster.top(found).id for found in draft.survey.cluster.primitives
             if found.id in {name for volume in native for name in volume.resources}]  # fmt: skip
    lines = []
    for pool in dict.fromkeys(pools):
        lines += [console.stop(pool, MetaPlace()), console.wait_idle(300)]
    lines.append(console.shell("evmsgui", CommandKind.INTERACTIVE))
    for pool in dict.fromkeys(pools):
        lines += [console.shell(f"# the new device of {pool}, in the CIB", CommandKind.INTERACTIVE),
                  console.start(pool, MetaPlace())]  # fmt: skip
    seconds = 600 * max(1, len(dict.fromkeys(pools)))
    if guests:
        first, names = guests[0], " ".join(guest.id for guest in guests[1:])
        place = domu.role_place(draft, first)
        rest = f"# the lines of {first.id} again for each of: {names}\n" if names else ""
        lines += [
            console.stop(first.id, place), console.wait_stopped(first.id, domu.stopping(draft, first).hard),
            console.shell(f"{rest}evmsgui\nvi {quoted(_xm_file(first))}", CommandKind.INTERACTIVE),
            console.start(first.id, place), console.wait_running(first.id, "", domu.starting(draft, first).hard),
        ]  # fmt: skip
        seconds += sum(domu.stopping(draft, one).nominal + domu.starting(draft, one).nominal + 300 for one in guests)
    gate = next(found for found in draft.gates if found.id == "G-START")
    return Step(
        "", "Make compatibility volumes of the native EVMS volumes", console.run_on, draft.tools, tuple(lines),
        "every volume of the storage map is a /dev/evms/CONTAINER/lvm2/GROUP/VOLUME, in the CIB and in the xm files",
        (
            Check("nothing is printed", r"grep -lE '/dev/evms/[^/]+/[^/]+,' /etc/xen/vm/*"),
            Check("the new names are in the storage map, in answers.toml, and in the CIB"),
            Check("all domUs run", "crm_mon -1 -n -r", must_not_show=("Failed actions", "Stopped")),
            Check("the configuration is converted on paper once more, with the new names; then "
                  f"{as_words(draft.survey.parameters.soak_evms)} in service"),
        ),
        Duration(seconds, 3 * seconds, 3 * seconds, "5 minutes in evmsgui for each domU, and its restart"),
        Rollback(Way.POSSIBLE, "make the volume native again in evmsgui; the old xm files are in /etc/xen/vm.local, "
                 "the old CIB is cib.full.xml", (console.replace_section("resources", "resources.xml"),),
                 "all domUs run, with their old devices", seconds),
        Risk(RiskLevel.HIGH, "each domU is down while its volume is changed; while the pool is stopped no domU can be "
             "started or moved"),
        Decision(StopKind.GO, gate.id, tuple(criterion.text for criterion in gate.criteria)),
        (Caution("EVMS-IN-USE", "whether a volume can be changed while a domU uses it is not known: it is stopped"),),
    )  # fmt: skip


def _xm_file(guest: Guest) -> str:
    pair = xmfile_of(guest.resource)
    return pair.value.strip() if pair else f"/etc/xen/vm/{guest.id}"


def _try_out(draft: Draft, change_id: str) -> Step:
    admin = Console(draft.tools, "a machine with SLE HA 11")
    script = (
        "for d in /usr/lib/heartbeat /usr/lib64/heartbeat; do\n"
        '  test -x "$d/hb2openais.sh" && "$d/hb2openais.sh" -T "$PWD/trial" -U\ndone'
    )
    criteria = (
        look("answers.toml answers everything, and the converted CIB is valid"),
        look("every difference to the vendor's converter is in the table of gaps, or understood"),
        look("the network team has multicast on the ring: ____"),
        look("fencing has cut the power of every node in a test: date ______"),
    )
    gate = draft.gate("G-PAPER", "Does the conversion work on paper?", criteria)
    return Step(
        "", "Try the vendor's converter on a copy, and compare", "a machine with SLE HA 11", draft.tools,
        (
            admin.shell(f'scp -p -r "${{BACKUP_HOST:?host of the backups}}:"{quoted(change_id)}/. .\n'
                        f"mkdir -p trial && tar -xzf {quoted(f'{draft.nodes[0]}.files.tgz')}\n"
                        "cp etc/ha.d/ha.cf etc/logd.cf var/lib/heartbeat/hostcache trial/; "
                        "cp cib.full.xml trial/cib.xml"),
            admin.shell("sed -i '/^[[:space:]]*ping/d' trial/ha.cf"),
            admin.shell(script),
            admin.shell(f"cibtools diff trial/cib-out.xml {NEW_CIB}"),
        ),
        "the two conversions differ by nothing that is not understood",
        (Check("every difference is a gap of the table, or understood"),),
        Duration(3600, 14400, 14400, "reading"),
        decision=Decision(StopKind.GO, gate.id, tuple(criterion.text for criterion in criteria)),
    )  # fmt: skip


def _chores(made: Conversion) -> Table:
    """What the migration reminds of; the steps of the plan do most of it."""
    rows = []
    for chore in made.chores:
        more = f"; {len(chore.items) - _SHOWN} more in changes.md" if len(chore.items) > _SHOWN else ""
        rows.append((chore.text, "; ".join(chore.items[:_SHOWN]) + more))
    return Table("What the migration reminds you of:", ("", "in detail"), tuple(rows))


_SHOWN = 4
