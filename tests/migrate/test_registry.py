"""A step of the migration is one new file, and one line in the pipeline beside its name in an import there.

The change log and `explain` read it from the pipeline.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.migrate.lab import whole

NEW = '''
"""M099: the description of a primitive is signed."""

from collections.abc import Iterator

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import rewrite


def sign(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M099: sign the description of each primitive.

    Trigger: a primitive with a description. Changes: a full stop is added. Source: this test.
    """
    for resource in draft.resources():
        if resource.tag == "primitive" and resource.get("description"):
            signed = resource.get("description", "") + "."
            yield rewrite("M099", resource, "description", signed, "a sentence ends in a full stop")
'''
PIPELINE = "cibtools/migrate/pipeline.py"
IMPORT = "from cibtools.migrate.steps.resources import "
NEIGHBOUR = '    Step(("M046", "M090"), locations.descriptions, ("description",)),\n'
LINE = '    Step(("M099",), sign.sign, ("description",)),\n'


def test_a_new_step_is_one_new_file_and_one_line(repo: Path, tmp_path: Path) -> None:
    shutil.copytree(repo / "cibtools", tmp_path / "cibtools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("rules", "schemas"):
        (tmp_path / name).symlink_to(repo / name)
    (tmp_path / "cibtools/migrate/steps/resources/sign.py").write_text(NEW)
    pipeline = (tmp_path / PIPELINE).read_text(encoding="utf-8")
    assert (pipeline.count(IMPORT), pipeline.count(NEIGHBOUR)) == (1, 1)
    pipeline = pipeline.replace(IMPORT, f"{IMPORT}sign, ").replace(NEIGHBOUR, LINE + NEIGHBOUR)
    (tmp_path / PIPELINE).write_text(pipeline, encoding="utf-8")
    cib = whole('<primitive id="web" description="The shop" $D/>')
    (tmp_path / "cib.xml").write_text(cib, encoding="utf-8")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cibtools", *words]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "200"}
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120)

    done = run("migrate", "cib.xml", "-o", "new.xml", "--changes", "changes.json")
    assert (tmp_path / "new.xml").exists(), done.stderr
    assert 'description="The shop."' in (tmp_path / "new.xml").read_text(encoding="utf-8")
    (log,) = json.loads((tmp_path / "changes.json").read_text(encoding="utf-8"))["migrations"]
    (logged,) = [change for change in log["changes"] if change["step"] == "M099"]
    assert (logged["before"], logged["after"]) == ('description="The shop"', 'description="The shop."')
    assert {"step": "M099", "title": "sign the description of each primitive"} in log["steps"]

    page = run("explain", "M099")
    assert page.returncode == 0, page.stderr
    assert "Sign the description of each primitive" in page.stdout
    assert "A primitive with a description." in page.stdout
