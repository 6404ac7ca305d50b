"""No output may be an input, by whatever name; asked of every option of every command that writes."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import cli

CIB = """<cib admin_epoch="0" epoch="1" num_updates="1"><configuration><crm_config/><nodes>
<node id="1" uname="host1" type="normal"/><node id="2" uname="host2" type="normal"/></nodes><resources>
<primitive id="web" class="ocf" provider="heartbeat" type="Dummy"/></resources><constraints/></configuration></cib>
"""
WRITERS = {
    "migrate": ["migrate", "{input}", "-o", "{output}"],
    "migrate --as crmsh": ["migrate", "{input}", "--as", "crmsh", "-o", "{output}"],
    "migrate --changes": ["migrate", "{input}", "-o", "{free}", "--changes", "{output}"],
    "migrate --check --changes": ["migrate", "{input}", "--check", "--changes", "{output}"],
    "lint --output": ["lint", "{input}", "--output", "json={output}"],
    "runbook": ["runbook", "backup", "{input}", "-o", "{output}"],
}
"""Each option that names a file, as words of a command line."""


@pytest.fixture
def backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small backup, which is the current directory."""
    directory = tmp_path / "backup"
    (directory / "xen" / "vm").mkdir(parents=True)
    (directory / "cib.xml").write_text(CIB)
    (directory / "xen" / "vm" / "web.xm").write_text("name = 'web'\nmemory = 512\n")
    (directory / ".hidden").write_text("kept")
    monkeypatch.chdir(directory)
    return directory


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stderr


def state(directory: Path) -> dict[str, str]:
    """Return what a directory holds."""
    return {
        str(path.relative_to(directory)): f"-> {path.readlink()}"
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }


def named(backup: Path, way: str) -> str:
    """Give a file of the backup another name."""
    match way:
        case "link":
            (backup.parent / "link.xml").symlink_to(backup / "cib.xml")
            return "../link.xml"
        case "link to a directory":
            (backup.parent / "same").symlink_to(backup)
            return "../same/cib.xml"
        case "hard link":
            os.link(backup / "cib.xml", backup.parent / "hard.xml")
            return "../hard.xml"
        case _:
            return way.format(directory=backup)


@pytest.mark.parametrize(
    "way",
    [
        "cib.xml",
        "./cib.xml",
        "xen/../cib.xml",
        "{directory}/cib.xml",
        "link",
        "link to a directory",
        "hard link",
        "CIB.xml",
    ],
)
@pytest.mark.parametrize("read", ["cib.xml", "."])
@pytest.mark.parametrize("command", WRITERS)
def test_an_output_that_is_an_input_is_refused(backup: Path, command: str, read: str, way: str) -> None:
    output = named(backup, way)
    if "--changes" in command and not output.endswith(".xml"):
        pytest.skip("the ending is refused before")
    before = state(backup.parent)
    status, stderr = run(*(word.format(input=read, output=output, free="free.xml") for word in WRITERS[command]))
    assert status == 2
    # The endings of change logs are fewer: a CIB is no name for one.
    assert "input" in stderr or "must end in" in stderr
    assert state(backup.parent) == before


@pytest.mark.parametrize("output", ["cib.json", "xen/vm/web.md", ".hidden.txt", "old.html"])
def test_a_change_log_is_not_written_over_the_backup(backup: Path, output: str) -> None:
    shutil.copy("cib.xml", output)
    before = state(backup)
    assert run("migrate", ".", "-o", "../new.xml", "--changes", output)[0] == 2
    assert state(backup) == before
    assert not Path("../new.xml").exists()


@pytest.mark.parametrize("output", ["xen/vm/web.xm", ".hidden"])
def test_all_that_lies_in_an_input_directory_is_an_input(backup: Path, output: str) -> None:
    before = state(backup)
    assert run("lint", ".", "--output", f"sarif={output}")[0] == 2
    assert run("migrate", ".", "-o", output)[0] == 2
    assert state(backup) == before


def test_an_archive_is_an_input(backup: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "report"), "gztar", backup)
    before = Path(archive).read_bytes()
    assert run("lint", archive, "--output", f"json={archive}")[0] == 2
    assert Path(archive).read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ("migrate", "cib.xml", "--answers", "answers.toml", "-o", "answers.toml"),
        ("runbook", "patch", ".", "--placement", "answers.toml", "-o", "answers.toml"),
        ("runbook", "patch", ".", "--domu-order", "answers.toml", "-o", "./answers.toml"),
        ("lint", "cib.xml", "--rules", "own", "--output", "json=own/X.toml"),
    ],
)
def test_a_file_that_another_option_reads_is_an_input(backup: Path, words: tuple[str, ...]) -> None:
    Path("answers.toml").write_text("")
    Path("own").mkdir()
    Path("own/X.toml").write_text("")
    before = state(backup)
    status, stderr = run(*words)
    assert (status, "is one of the inputs" in stderr) == (2, True)
    assert state(backup) == before


@pytest.mark.parametrize(
    "words",
    [
        ("migrate", "cib.xml", "-o", "../x.txt", "--changes", "../x.txt"),
        ("migrate", "cib.xml", "-o", "../x.txt", "--changes", "../../{up}/X.txt"),
        ("migrate", "cib.xml", "--changes", "../x.txt", "--changes", "./../x.txt"),
        ("migrate", "cib.xml", "--split", "../out", "--changes", "../out/crm_config.txt", "-o", "../out/resources.xml"),
        ("lint", "cib.xml", "--output", "json=../x", "--output", "sarif=../x"),
        ("lint", "cib.xml", "--output", "json=../a", "--output", "sarif=../b"),
    ],
)
def test_one_place_is_not_named_twice(backup: Path, words: tuple[str, ...]) -> None:
    Path("../a").write_text("")
    os.link("../a", "../b")
    before = state(backup.parent)
    status, stderr = run(*(word.format(up=backup.parent.name) for word in words))
    assert (status, "twice" in stderr) == (2, True), stderr
    assert state(backup.parent) == before


@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize(
    "words", [("migrate", ".", "--split", "."), ("migrate", "cib.xml", "--split", "."), ("split", "cib.xml", "-d", "."),
              ("split", "cib.xml", "-d", "../same")],
)  # fmt: skip
def test_a_set_does_not_go_where_the_input_lies(backup: Path, words: tuple[str, ...], force: tuple[str, ...]) -> None:
    Path("../same").symlink_to(backup)
    before = state(backup)
    status, stderr = run(*words, *force)
    assert (status, "holds the input" in stderr) == (2, True)
    assert state(backup) == before


def test_joined_files_are_not_written_over(backup: Path) -> None:
    assert run("split", "cib.xml", "-d", "../parts")[0] == 0
    before = state(Path("../parts"))
    for name in (*before, "RESOURCES.XML"):
        assert run("join", "../parts", "-o", f"../parts/{name}")[0] == 2
    assert state(Path("../parts")) == before
    assert run("join", "../parts", "-o", "../whole.xml")[0] == 0


@pytest.mark.parametrize("command", [("migrate", "cib.xml", "--split"), ("split", "cib.xml", "-d")])
def test_foreign_files_in_a_directory_are_replaced_by_force_only(backup: Path, command: tuple[str, ...]) -> None:
    out = Path("../out")
    out.mkdir()
    (out / "resources.xml").write_text("mine")
    (out / "notes.txt").write_text("mine too")
    before = state(out)
    status, stderr = run(*command, "../out")
    assert (status, "holds resources.xml already" in stderr) == (2, True)
    assert state(out) == before
    assert run(*command, "../out", "--force")[0] == 0
    assert "mine" not in (out / "resources.xml").read_text()
    assert (out / "notes.txt").read_text() == "mine too"


@pytest.mark.parametrize("command", [("migrate", "cib.xml", "--split"), ("split", "cib.xml", "-d")])
@pytest.mark.parametrize("there", [True, False])
def test_nothing_goes_through_a_link_inside_a_directory(backup: Path, command: tuple[str, ...], there: bool) -> None:
    out, secret = Path("../out"), Path("../passwd.xml").absolute()
    out.mkdir()
    if there:
        secret.write_text("root")
    (out / "resources.xml").symlink_to(secret)
    before = state(backup.parent)
    status, stderr = run(*command, "../out", "--force")
    assert (status, "reached by a link" in stderr) == (2, True)
    assert state(backup.parent) == before


def test_a_foreign_file_is_replaced_by_what_names_it(backup: Path) -> None:
    Path("../x.xml").write_text("old")
    Path("../link.xml").symlink_to("x.xml")
    assert run("migrate", "cib.xml", "-o", "../link.xml")[0] == 0
    assert Path("../link.xml").is_symlink()
    assert "<cib" in Path("../x.xml").read_text()


def test_a_run_in_ci_writes_its_report_anew(backup: Path) -> None:
    for name in ("json", "sarif", "junit"):
        for _ in range(2):
            assert run("lint", ".", "--output", f"{name}=report.{name}")[0] == 1


def test_check_writes_the_change_log_and_says_so(backup: Path) -> None:
    before = state(backup)
    assert run("migrate", "cib.xml", "--check")[0] in (0, 1)
    assert state(backup) == before
    _, stderr = run("migrate", "cib.xml", "--check", "--changes", "../log.json")
    assert "--check wrote the change log only: ../log.json" in stderr
    assert Path("../log.json").exists()
    assert state(backup) == before


def test_an_output_is_not_a_directory_and_a_directory_no_file(backup: Path) -> None:
    Path("../file").write_text("")
    assert run("migrate", "cib.xml", "-o", "..")[0] == 2
    assert run("migrate", "cib.xml", "--split", "../file")[0] == 2


@pytest.mark.parametrize("command", WRITERS)
def test_a_dash_is_no_file_to_write(backup: Path, command: str) -> None:
    places = {"input": "cib.xml", "output": "-", "free": "free.xml"}
    before = state(backup)
    status, said = run(*(word.format(**places) for word in WRITERS[command]))
    assert status == 2, said
    assert state(backup) == before
