"""The hook under the real pre-commit, on a throw-away repository.

Only the language is changed to `system`, so that the hook runs the cibtools under test instead of installing another
one; everything else is what `.pre-commit-hooks.yaml` says.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ORDER = '<rsc_order id="mail_depends_configpool" from="nfs" to="configpool"/></constraints>'


@pytest.fixture
def backups(repo: Path, tmp_path: Path) -> Path:
    """Return a git repository that holds the guide's backup, with the hook installed."""
    work = tmp_path / "backups"
    shutil.copytree(repo / "fixtures" / "hasi", work)
    (hook,) = yaml.safe_load((repo / ".pre-commit-hooks.yaml").read_text())
    entry = hook["entry"].removeprefix("cibtools ")
    hook |= {
        "language": "system",
        "entry": f"{sys.executable} -m cibtools {entry}",
        "args": ["--ignore", "CIB301,CIB404,CIB408,CIB503,HB103,STO402"],
    }
    (work / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": [hook]}]}))
    git(work, "init", "-q")
    git(work, "config", "user.name", "Admin")
    git(work, "config", "user.email", "admin@example.net")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "backup")
    run(work, sys.executable, "-m", "pre_commit", "install")
    return work


def run(work: Path, *command: str) -> subprocess.CompletedProcess[str]:
    repo = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(repo), "PRE_COMMIT_HOME": str(work.parent / "pre-commit")}
    return subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)


def git(work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(work, "git", *arguments)


def commit(work: Path, name: str, old: str, new: str) -> subprocess.CompletedProcess[str]:
    path = work / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    git(work, "add", name)
    return git(work, "commit", "-m", "change")


@pytest.mark.slow
def test_a_commit_with_an_order_without_score_is_blocked(backups: Path) -> None:
    result = commit(backups, "cib.bak.xml", "</constraints>", ORDER)
    assert result.returncode == 1
    assert "CIB601" in result.stdout + result.stderr
    assert git(backups, "log", "--oneline").stdout.count("\n") == 1


@pytest.mark.slow
def test_a_commit_of_one_domu_is_held_against_the_others(backups: Path) -> None:
    result = commit(backups, "xen/vm/web.xm", "/dev/evms/san2/vm10", "/dev/evms/san2/vm2")
    assert result.returncode == 1
    assert "XEN102" in result.stdout + result.stderr


@pytest.mark.slow
def test_a_good_commit_passes(backups: Path) -> None:
    result = commit(backups, "xen/vm/web.xm", "memory=768", "memory=1024")
    assert result.returncode == 0, result.stdout + result.stderr
