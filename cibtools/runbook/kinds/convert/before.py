"""Before a conversion to SLE HA 11, while SLES 10 serves: everything saved and tried out, volumes made convertible."""

from __future__ import annotations

from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts.storage_map import Volume
from cibtools.runbook.kinds.convert.compatible import compatible
from cibtools.runbook.kinds.convert.saving import copy_xm, draw_map, save_hosts
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.enums import Light, StopKind
from cibtools.runbook.plan.runbook import Criterion, Phase, Table
from cibtools.runbook.plan.step import Caution, Check, Decision, Duration, Soak, Step
from cibtools.runbook.preflight.python import read_by_new_python

NEW_CIB = "cib-1.0.xml"
"""The converted CIB, relative to the working directory."""


def preparation(draft: Draft, made: Conversion, found: tuple[Volume, ...], change_id: str) -> Phase:
    """P0: nothing is stopped for good, and everything can be taken back."""
    criteria = [
        *prepare.start_gate(draft, "", without=("P-10",)),
        _answered(made),
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
        copy_xm(draft),
        save_hosts(draft),
        draw_map(draft, found),
        compatible(draft, found) if any(volume.native for volume in found) else None,
        _try_out(draft, change_id),
    ]
    wait = draft.survey.parameters.soak_evms if any(volume.native for volume in found) else 0
    return new_phase(
        draft, "P0", "Preparation on SLES 10", "everything is saved, converted on paper, and tried out on copies",
        [step for step in steps if step], exit_gates=("G-START", "G-PAPER"), soak=Soak(min=wait, recommended=wait),
        rollback_to="P0",
        tables=tuple(table for table in (_storage_table(found), _chores(made)) if table.rows),
    )  # fmt: skip


def _answered(made: Conversion) -> Criterion:
    """Whether the migration has every answer without which there is no CIB."""
    text = "the migration has every required answer"
    missing = [f"{question.step} {question.subject}" for question in made.questions if question.blocks]
    if missing:
        reason = f"answers are missing for {'; '.join(missing)}: write them to answers.toml and give it by --answers"
        return Criterion("", Light.RED, text, reason)
    return Criterion("", Light.GREEN, text, "it asks for none, or has it")


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
    work = quoted(f"conversion-{change_id}")
    cautions = tuple(
        Caution(rule=question.step, text=f"{question.subject}: {question.text}", file=question.file, line=question.line)
        for question in made.questions
    )
    blocking = sum(question.blocks for question in made.questions)
    note = f"; {blocking} of them must be answered before there is a CIB" if blocking else ""
    files = tuple(Check(text=f"{file.name} for {file.target}: {file.purpose}") for file in made.files)
    return Step(
        title="Convert the configuration on paper", where="admin host", tools=draft.tools,
        commands=(
            # What the migration writes must not lie in the backup: it would be read as a part of it.
            admin.shell(f'BACKUP=${{BACKUP:?the directory of this backup, from / on}}; mkdir -p {work} && cd {work} || '
                        'echo "stop here"'),
            admin.shell('cibtools lint "$BACKUP"'),
            admin.shell(f'cibtools migrate "$BACKUP" --stack openais --answers "$BACKUP/answers.toml" -o {NEW_CIB} '
                        "--split converted --changes changes.md --verify"),
            admin.shell(f"cibtools validate {NEW_CIB}"),
            admin.shell(f'scp -p -r {NEW_CIB} changes.md converted "${{BACKUP_HOST:?host of the backups}}:"'
                        f"{quoted(change_id)}/"),
        ),
        expect="there is a valid CIB for the new release, with the files that go with it, and no question is open",
        verify=(
            Check(text=f"answers.toml answers the {len(made.questions)} questions of this step{note}") if made.questions
            else Check(text="the migration asks nothing, or answers.toml answers it"),
            *files,
            Check(text="no error", command=f"cibtools validate {NEW_CIB}", run_on="admin host"),
        ),
        duration=Duration(nominal=3600, limit=14400, hard=14400, basis="reading every change"),
        warnings=cautions,
    )  # fmt: skip


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
        title="Try the vendor's converter on a copy, and compare", where="a machine with SLE HA 11", tools=draft.tools,
        commands=(
            admin.shell(f'scp -p -r "${{BACKUP_HOST:?host of the backups}}:"{quoted(change_id)}/. .\n'
                        f"mkdir -p trial && tar -xzf {quoted(f'{draft.nodes[0]}.files.tgz')}\n"
                        "cp etc/ha.d/ha.cf etc/logd.cf var/lib/heartbeat/hostcache trial/; "
                        "cp cib.full.xml trial/cib.xml"),
            admin.shell("sed -i '/^[[:space:]]*ping/d' trial/ha.cf"),
            admin.shell(script),
            admin.shell(f"cibtools diff trial/cib-out.xml {NEW_CIB}"),
        ),
        expect="the two conversions differ by nothing that is not understood",
        verify=(Check(text="every difference is a gap of the table, or understood"),),
        duration=Duration(nominal=3600, limit=14400, hard=14400, basis="reading"),
        decision=Decision(kind=StopKind.GO, gate=gate.id, questions=tuple(criterion.text for criterion in criteria)),
    )  # fmt: skip


def _chores(made: Conversion) -> Table:
    """What the migration reminds of; the steps of the plan do most of it."""
    rows = []
    for chore in made.chores:
        more = f"; {len(chore.items) - _SHOWN} more in changes.md" if len(chore.items) > _SHOWN else ""
        rows.append((chore.text, "; ".join(chore.items[:_SHOWN]) + more))
    return Table("What the migration reminds you of:", ("", "in detail"), tuple(rows))


_SHOWN = 4
