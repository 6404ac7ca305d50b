"""Adding a domU: what the files have against it, the objects it gets, and that it harms nobody before the hand-over."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.cli.inputs.catalogue import load_catalogue
from cibtools.cli.inputs.select import select_rules
from cibtools.cli.planning.remarks import lint_remarks
from cibtools.cluster.model.cluster import Cluster
from cibtools.errors import PlanError
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Severity
from cibtools.runbook.console.shell import RESUME
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.enums import Light, Readiness, StopKind
from cibtools.runbook.plan.runbook import Criterion, Runbook
from tests.runbook.lab import cluster_of, fixture_files, runbook_of, steps

RAM = (("host1", 14333), ("host2", 14333))
WIKI = """\
name="wiki"
memory=512
builder="linux"
uuid="11111111-2222-3333-4444-555555555555"
on_reboot="restart"
on_crash="destroy"
disk=['phy:/dev/evms/san2/vm16,xvda,w']
vif=['mac=00:16:3e:00:00:99,bridge=xenbr0']
"""


def plan(cluster: Cluster, ram: tuple[tuple[str, int], ...] = RAM) -> Runbook:
    return runbook_of("add-domu", cluster, Wishes(node_ram=ram), Parameters(), lint_remarks(cluster))


def with_wiki(repo: Path, text: str = WIKI) -> dict[str, str]:
    return fixture_files(repo) | {"xen/vm/wiki.xm": text}


def criterion(runbook: Runbook, word: str) -> Criterion:
    gate = next(found for found in runbook.gates if found.id == "G-START")
    return next(found for found in gate.criteria if word in found.text)


def test_a_sound_domu_may_be_added(repo: Path) -> None:
    runbook = plan(cluster_of(with_wiki(repo)))
    assert runbook.verdict in (Readiness.READY, Readiness.WARNINGS)
    rows = dict(runbook.phases[0].tables[0].rows)
    assert rows["id and name"] == "wiki"
    assert rows["disks"] == "/dev/evms/san2/vm16"
    assert rows["bridges"] == "xenbr0"
    assert rows["start_delay"] == "150s, the next slot"
    assert criterion(runbook, "memory").reason == "10352 of 13245 MiB needed"


@pytest.mark.parametrize(
    ("old", "new", "word", "said"),
    [
        ("vm16", "vm15", "disks", "belongs to test"),
        ("00:16:3e:00:00:99", "00:16:3e:2d:20:4e", "disks", "one MAC address"),
        ('"wiki"', '"web"', "name", "a resource is called web already"),
        ("memory=512", "memory=8192", "memory", "of 13245 MiB needed"),
    ],
)
def test_what_the_files_have_against_it(repo: Path, old: str, new: str, word: str, said: str) -> None:
    runbook = plan(cluster_of(with_wiki(repo, WIKI.replace(old, new))))
    found = criterion(runbook, word)
    assert found.state is Light.RED
    assert said in found.reason
    assert runbook.verdict is Readiness.BLOCKED


def test_what_is_not_known_is_never_green(repo: Path) -> None:
    runbook = plan(cluster_of(fixture_files(repo)), ram=())
    for word in ("name", "disks", "memory", "on_reboot"):
        assert criterion(runbook, word).state is Light.AMBER
    assert "NEW" in {row[1] for row in runbook.phases[0].tables[0].rows}


def test_several_new_domus_are_an_error(repo: Path) -> None:
    files = with_wiki(repo) | {"xen/vm/git.xm": WIKI.replace("wiki", "git").replace("vm16", "vm17")}
    with pytest.raises(PlanError, match=r"several domUs are managed by no resource: git .*, wiki"):
        plan(cluster_of(files))


def test_it_is_unmanaged_until_it_is_handed_over(repo: Path) -> None:
    found = steps(plan(cluster_of(with_wiki(repo))))
    texts = [(step, "\n".join(command.text for command in step.commands)) for step in found]
    load = next(number for number, (_, text) in enumerate(texts) if "cibadmin -C -o resources" in text)
    create = next(number for number, (_, text) in enumerate(texts) if "\nxm create" in f"\n{text}" and "-n" not in text)
    over = next(number for number, (_, text) in enumerate(texts) if "--meta -d is_managed" in text)
    assert load < create < over
    constraints, resources = (texts[load][1].index(f"-C -o {name}") for name in ("constraints", "resources"))
    assert constraints < resources
    assert found[over].decision.kind is StopKind.GO
    assert not any("target_role" in text for _, text in texts[:over])


def test_its_objects_are_sound(repo: Path) -> None:
    """Load what the plan writes into the guide's CIB: the linter, with the schema, has nothing to say about it."""
    files = with_wiki(repo)
    before = errors(cluster_of(files))
    write = next(step for step in steps(plan(cluster_of(files))) if step.title == "Write its objects to files")
    parts = [command.text.split("<<'END'\n")[1].removesuffix("\nEND") for command in write.commands]
    loaded = files["cib.bak.xml"]
    for part in parts:
        end = "</resources>" if part.startswith("<primitive") else "</constraints>"
        assert loaded.count(end) == 1
        loaded = loaded.replace(end, part + end)
    files["cib.bak.xml"] = loaded
    for name in ("resources.bak.xml", "constraints.bak.xml"):
        del files[name]
    after = errors(cluster_of(files))
    assert {message for message in after - before if "wiki" in message} == set()
    cluster = cluster_of(files)
    assert "wiki" in {resource.id for resource in cluster.all_resources}


def errors(cluster: Cluster) -> set[str]:
    run = Engine(select_rules(load_catalogue(), (), ())).run([cluster])
    return {f"{found.code} {found.message}" for found in run.findings if found.severity is Severity.ERROR}


def test_pacemaker_gets_one_transaction(repo: Path) -> None:
    files = fixture_files(repo, "pacemaker-1.0") | {"xen/vm/wiki.xm": WIKI}
    found = steps(plan(cluster_of(files), ram=()))
    text = next(step for step in found if step.title == "Write its objects to files").commands[0].text
    assert "is-managed=false" in text
    assert text.rstrip().endswith("verify\ncommit\nend\nEND")
    load = next(step for step in found if step.title == "Load it unmanaged")
    assert load.commands[0].text == "crm configure < wiki.crm"


def test_the_backup_of_before_survives_the_one_of_after(repo: Path) -> None:
    papers, compare = plan(cluster_of(with_wiki(repo))).phases[-1].steps
    texts = [command.text for command in papers.commands]
    assert 'cd "$BK/after"' in texts[0]
    assert texts.index("cibadmin -Q > cib.full.xml") > 0
    first = compare.commands[0].text
    assert first == RESUME
    assert "/after" not in first
    assert "wiki is all that has changed" in compare.expect


def test_its_failure_is_forgotten_wherever_it_ran(repo: Path) -> None:
    step = next(step for step in steps(plan(cluster_of(with_wiki(repo)))) if step.title.startswith("T-07"))
    texts = "\n".join(command.text for command in step.commands)
    assert "-r wiki -H host1" in texts
    assert "-r wiki -H host2" in texts
