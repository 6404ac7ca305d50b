"""A kind of runbook is one declaration: the command line, the help and the JSON form read it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cibtools.runbook.compose.kind import Option
from cibtools.runbook.kinds.registry import all_kinds, kind_names, load_kind

NEW = '''
"""The kind `count-nodes`: a look at every node."""

from cibtools.runbook.blocks.preparation import look_around
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.compose.kind import Kind, Option
from cibtools.runbook.compose.outline import Procedure, around, outline

COUNT = Procedure(id="node-count", title="Count of the nodes", summary="Every node is looked at.")


def build(request):
    plan = outline(request)
    draft = plan.draft()
    phases = (new_phase(draft, "P0", "Look", "nothing is changed", [look_around(draft)]),)
    return around(plan, draft, phases, COUNT)


KIND = Kind(
    name="count-nodes", title="Count", summary="Look at every node.", build=build, options=frozenset({Option.NODES})
)
'''


def test_every_kind_says_what_it_is_for() -> None:
    for kind in all_kinds():
        assert kind.summary.endswith("."), kind.name
        assert kind.title, kind.name
    assert len({kind.summary for kind in all_kinds()}) == len(kind_names())


def test_a_folder_without_a_declaration_is_a_bug() -> None:
    with pytest.raises(ModuleNotFoundError):
        load_kind("no-such-kind")


def test_a_new_kind_is_one_new_file_and_no_edit(repo: Path, tmp_path: Path) -> None:
    shutil.copytree(repo / "cibtools", tmp_path / "cibtools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("rules", "schemas", "fixtures"):
        (tmp_path / name).symlink_to(repo / name)
    folder = tmp_path / "cibtools/runbook/kinds/count_nodes"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "kind.py").write_text(NEW)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cibtools", "runbook", *words]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "200"}
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120)

    told = run("--help")
    assert "count-nodes" in told.stdout.partition("Options:")[0]
    assert "Look at every node." in told.stdout
    done = run("count-nodes", "fixtures/hasi", "--format", "json", "--nodes", "host1,host2")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    Draft202012Validator(json.loads((repo / "schemas/runbook.schema.json").read_text())).validate(plan)
    assert (plan["kind"], plan["phases"][0]["steps"][0]["id"]) == ("node-count", "P0.01")
    assert "# Count of the nodes of cluster host1, host2" in run("count-nodes", "fixtures/hasi").stdout
    refused = run("count-nodes", "fixtures/hasi", "--method", "hops")
    assert refused.returncode == 2
    assert "count-nodes takes no --method" in refused.stderr


def test_the_options_of_kinds_are_options_of_the_command(repo: Path) -> None:
    from cibtools.cli.commands.runbook import runbook

    named = {name for parameter in runbook.params for name in parameter.opts}
    assert {option.value for option in Option} <= named
