"""What is installed works as the checkout does: a wheel brings its data along, an editable install finds it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest
from pre_commit.clientlib import load_manifest

from cibtools import packaged


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that must succeed, and return its output."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rule_codes(python: Path | str, cwd: Path) -> list[str]:
    """Return the rule codes that an installed cibtools knows, run from a folder that has none of its files."""
    # -P: what lies in the current folder is not importable.
    return re.findall(r'"code": ?"(\w+)"', run(python, "-P", "-m", "cibtools", "rules", "--format", "json", cwd=cwd))


@pytest.fixture(scope="module")
def codes(repo: Path) -> list[str]:
    """Return the codes of the checkout, straight from the rule files."""
    return sorted(tomllib.loads(path.read_text())["code"] for path in (repo / "rules").rglob("*.toml"))


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the interpreter of a fresh environment that has our libraries, but not cibtools.

    The libraries come by a .pth file; the .pth files among them, that of our own editable install too, are not obeyed.
    """
    monkeypatch.delenv("PYTHONPATH", raising=False)
    folder = tmp_path / "environment"
    venv.create(folder, symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (folder / "lib" / version / "site-packages" / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    interpreter = folder / "bin" / "python"
    absent = subprocess.run([interpreter, "-P", "-c", "import cibtools.cli"], cwd=tmp_path, capture_output=True)
    assert absent.returncode != 0, "the environment has a cibtools before one is installed"
    return interpreter


def pip(python: Path, *arguments: str | Path, cwd: Path) -> None:
    """Run pip for another environment, without a network."""
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    run(sys.executable, "-m", "pip", "--python", python, *arguments, *offline, cwd=cwd)


@pytest.mark.slow
def test_a_wheel_brings_rules_and_schemas(repo: Path, tmp_path: Path, python: Path, codes: list[str]) -> None:
    pip(python, "wheel", repo, "--wheel-dir", tmp_path, cwd=tmp_path)
    (wheel,) = tmp_path.glob("cibtools-*.whl")
    names = set(ZipFile(wheel).namelist())
    for folder in ("rules", "schemas"):
        files = {path.relative_to(repo).as_posix() for path in (repo / folder).rglob("*") if path.is_file()}
        assert {f"cibtools/_data/{file}" for file in files} <= names
    assert "cibtools/py.typed" in names
    assert not {name for name in names if name.startswith(("tests/", "fixtures/", "rules/"))}

    pip(python, "install", wheel, cwd=tmp_path)
    assert sorted(rule_codes(python, tmp_path)) == codes


@pytest.mark.slow
def test_an_editable_install_finds_the_rules(repo: Path, tmp_path: Path, python: Path, codes: list[str]) -> None:
    pip(python, "install", "--editable", repo, cwd=tmp_path)
    assert sorted(rule_codes(python, tmp_path)) == codes
    (script,) = python.parent.glob("cibtools")
    assert run(script, "--version", cwd=tmp_path).startswith("cibtools ")


def test_what_is_declared_is_imported_and_nothing_else(repo: Path) -> None:
    project = tomllib.loads((repo / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[<>=!~ ;\[]", line)[0].lower() for line in project["dependencies"]}
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (repo / "cibtools").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    imported = {name.partition(".")[0].lower() for name in names} - set(sys.stdlib_module_names) - {"cibtools"}
    assert imported == declared


def test_packaged_data_is_preferred_to_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "_PACKAGE", tmp_path / "cibtools")
    (tmp_path / "rules").mkdir()
    assert packaged.data_dir("rules") == tmp_path / "rules"
    (tmp_path / "cibtools" / "_data" / "rules").mkdir(parents=True)
    assert packaged.data_dir("rules") == tmp_path / "cibtools" / "_data" / "rules"


def test_missing_data_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "_PACKAGE", tmp_path / "cibtools")
    with pytest.raises(FileNotFoundError, match=r"the rules of cibtools are missing .* install cibtools again"):
        packaged.data_dir("rules")


def hook_pattern(repo: Path) -> re.Pattern[str]:
    """Return the pattern of the files that the pre-commit hook asks for."""
    (hook,) = load_manifest(repo / ".pre-commit-hooks.yaml")
    return re.compile(hook["files"])


def test_the_hook_takes_every_file_of_a_backup(repo: Path) -> None:
    pattern = hook_pattern(repo)
    files = [path.relative_to(repo).as_posix() for path in (repo / "fixtures").rglob("*") if path.is_file()]
    assert {file for file in files if not pattern.search(file)} == {f for f in files if f.endswith("README.md")}


@pytest.mark.parametrize("path", ["src/main.py", "README.md", "docs/hosts.md", "cib.xml.orig", "pyproject.toml"])
def test_the_hook_leaves_other_files_alone(repo: Path, path: str) -> None:
    assert not hook_pattern(repo).search(path)
