"""The write path under everything that goes wrong: kill -9, a full disk, no permission, directories that vanish."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import cli
from cibtools.cli.outputs import aside, directory
from cibtools.cli.outputs.guard import Guard
from cibtools.cli.outputs.write import NewFile, NewFiles, write_all
from cibtools.errors import InputError

OLD = {"a.xml": b"old a", "b.xml": b"old b", "gone.xml": b"old"}
NEW = {"a.xml": b"new a", "b.xml": b"new b", "deep/c.xml": b"new c"}


def write_set(out: Path, files: dict[str, bytes], *, force: bool = True) -> None:
    place = Guard([]).directory("--split", out, force=force)
    write_all([NewFiles(place, files, frozenset({"gone.xml"} - {*files}))])


def content(top: Path) -> dict[str, bytes]:
    return {str(path.relative_to(top)): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


KILLED = """
import os, signal, sys
from pathlib import Path
from cibtools.cli.outputs.guard import Guard
from cibtools.cli.outputs.write import NewFile, NewFiles, write_all
out, limit, left = Path(sys.argv[1]), int(sys.argv[2]), 0
place = Guard([]).directory("--split", out, force=True)
single = Guard([]).file("-o", out.parent / "single")
def watch(event, arguments):
    global left
    if event in ("os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.chmod", "ctypes.dlsym", "open"):
        left += 1
        if left > limit:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
write_all([NewFiles(place, {new}, frozenset({{"gone.xml"}})), NewFile(single, b"new")])
"""


@pytest.mark.parametrize("unnamed", [True, False], ids=["O_TMPFILE", "named"])
def test_kill_9_at_any_step_leaves_all_old_or_all_new(repo: Path, tmp_path: Path, unnamed: bool) -> None:
    program = KILLED.format(new=NEW)
    if not unnamed:
        program = "import os; del os.O_TMPFILE\n" + program
    seen = []
    for limit in range(400):
        home = tmp_path / str(limit)
        out = home / "out"
        out.mkdir(parents=True)
        for name, data in (*OLD.items(), ("notes.txt", b"mine")):
            (out / name).write_bytes(data)
        (home / "single").write_bytes(b"old")
        done = subprocess.run([sys.executable, "-c", program, str(out), str(limit)], cwd=repo, capture_output=True)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        found = content(out)
        assert found in ({**OLD, "notes.txt": b"mine"}, {**NEW, "notes.txt": b"mine"}), limit
        assert (home / "single").read_bytes() in (b"old", b"new")
        seen.append(found == {**NEW, "notes.txt": b"mine"})
        # What a killed call left beside its result, the next one takes away.
        write_set(out, NEW)
        assert {path.name for path in home.iterdir()} == {"out", "single"}
        if done.returncode == 0:
            break
    assert done.returncode == 0
    assert {False, True} <= set(seen[:-1])


def test_kill_9_while_the_bytes_are_written_leaves_nothing(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        file = aside.Aside(tmp_path, b"x" * 1000, 0o600)
        os.kill(os.getpid(), signal.SIGKILL)
        file.discard()
    os.waitpid(child, 0)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """Return a file system of 64 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("below", ["", "out"], ids=["mount-point", "directory"])
def test_a_full_disk_leaves_all_as_it_was(small_disk: Path, below: str) -> None:
    out = small_disk / below
    out.mkdir(exist_ok=True)
    for name, data in OLD.items():
        (out / name).write_bytes(data)
    with pytest.raises(InputError, match="no space left on device"):
        write_set(out, {**NEW, "large.xml": bytes(100_000)})
    assert content(small_disk) == {f"{below}/{name}".lstrip("/"): data for name, data in OLD.items()}
    write_set(out, NEW)
    assert content(out) == NEW


def test_a_file_that_does_not_fit_leaves_the_old_ones(tmp_path: Path) -> None:
    guard = Guard([])
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"old")
    places = guard.file("-o", first), guard.file("--changes", second)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(InputError, match="second: cannot be written \\(file too large\\)"):
            write_all([NewFile(places[0], b"new"), NewFile(places[1], bytes(2000))])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert content(tmp_path) == {"first": b"old"}


def test_directories_that_were_made_go_again(small_disk: Path) -> None:
    with pytest.raises(InputError):
        write_set(small_disk / "a" / "b" / "out", {"large.xml": bytes(100_000)})
    assert not list(small_disk.iterdir())


@pytest.fixture
def stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a directory that cannot be exchanged, since it is the current one."""
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.chdir(out)
    return out


def test_the_current_directory_stays_itself(stays: Path) -> None:
    before = stays.stat().st_ino
    for name, data in OLD.items():
        (stays / name).write_bytes(data)
    write_set(stays, NEW)
    assert content(stays) == NEW
    assert stays.stat().st_ino == before


def test_an_error_half_way_through_a_directory_is_taken_back(stays: Path) -> None:
    for name, data in OLD.items():
        (stays / name).write_bytes(data)
    (stays / "deep").write_bytes(b"no directory")
    with pytest.raises(InputError):
        write_set(stays, {"a.xml": b"new a", "deep/c.xml": b"new c"})
    assert content(stays) == {**OLD, "deep": b"no directory"}


def test_a_directory_that_is_new_or_empty_is_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o750)
    for out in (tmp_path / "empty", tmp_path / "x" / "new"):
        write_set(out, NEW, force=False)
        assert content(out) == NEW
    assert stat.S_IMODE((tmp_path / "empty").stat().st_mode) == 0o750


def test_a_large_directory_is_left_where_it_is(tmp_path: Path) -> None:
    for number in range(1200):
        (tmp_path / f"{number}.txt").touch()
    before = tmp_path.stat().st_ino
    write_set(tmp_path, NEW)
    assert tmp_path.stat().st_ino == before
    assert (tmp_path / "deep/c.xml").read_bytes() == b"new c"
    assert len(content(tmp_path)) == 1203


def test_links_and_modes_of_other_entries_are_carried_over(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "sub").mkdir(parents=True)
    (out / "sub" / "kept").write_bytes(b"kept")
    (out / "sub").chmod(0o700)
    (out / "link").symlink_to("nowhere")
    (out / "other").symlink_to("sub")
    os.mkfifo(out / "pipe")
    write_set(out, NEW)
    assert (out / "link").readlink() == Path("nowhere")
    assert (out / "other").is_symlink()
    assert (out / "sub" / "kept").read_bytes() == b"kept"
    assert stat.S_IMODE((out / "sub").stat().st_mode) == 0o700
    assert stat.S_ISFIFO((out / "pipe").stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_directory_that_vanishes_is_an_error(tmp_path: Path) -> None:
    target = tmp_path / "gone" / "x.xml"
    target.parent.mkdir()
    place = Guard([]).file("-o", target)
    shutil.rmtree(target.parent)
    with pytest.raises(InputError, match="cannot be written"):
        write_all([NewFile(place, b"new")])


@pytest.fixture
def as_user() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs cibtools as somebody to whom permissions apply."""
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root may write everywhere, and setpriv is not installed")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        environment = {**os.environ, "XDG_CACHE_HOME": "/nonexistent"}
        return subprocess.run(
            [*drop, sys.executable, "-m", "cibtools", *words], capture_output=True, text=True, env=environment
        )

    return run


def test_what_may_not_be_written_is_one_line(
    repo: Path, tmp_path: Path, as_user: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    for parent in (closed, *closed.parents):
        if not parent.stat().st_mode & stat.S_IXOTH and os.geteuid() == 0:
            parent.chmod(parent.stat().st_mode | 0o055)
    cib = str(repo / "fixtures" / "pacemaker-1.0" / "cib.xml")
    for words in (("-o", str(closed / "x.xml")), ("--split", str(closed)), ("--split", str(closed / "out"))):
        done = as_user("migrate", cib, *words)
        if "No module named" in done.stderr:
            pytest.skip("this Python is not for others")
        assert done.returncode == 2
        assert done.stderr.count("cibtools: error:") == 1
        assert "cannot be written" in done.stderr
        assert not list(closed.iterdir())


def test_devices_and_pipes_are_written_to_as_they_are(repo: Path) -> None:
    cib = "fixtures/pacemaker-1.0/cib.xml"
    words = [sys.executable, "-m", "cibtools", "migrate", cib, "-o", "/dev/stdout"]
    done = subprocess.run(words, cwd=repo, capture_output=True)
    assert done.returncode == 0
    assert b"<cib" in done.stdout
    words[-1] = "/dev/full"
    done = subprocess.run(words, cwd=repo, capture_output=True, text=True)
    assert done.returncode == 2
    assert "/dev/full: cannot be written (no space left on device)" in done.stderr


SECRET = """<cib><configuration><crm_config/><nodes/><resources><primitive id="f" class="stonith" type="external/ipmi">
<instance_attributes id="i"><attributes><nvpair id="p" name="passwd" value="s3cret"/></attributes></instance_attributes>
</primitive></resources><constraints/></configuration></cib>
"""


@pytest.mark.parametrize(
    ("text", "mode", "made"),
    [(SECRET, 0o644, 0o600), (SECRET.replace("passwd", "hostname"), 0o600, 0o600),
     (SECRET.replace("passwd", "hostname"), 0o640, 0o600), (SECRET.replace("passwd", "hostname"), 0o644, 0o644)],
    ids=["secret", "owner-only", "group-only", "public"],
)  # fmt: skip
def test_what_is_secret_stays_with_its_owner(tmp_path: Path, text: str, mode: int, made: int) -> None:
    cib = tmp_path / "in" / "cib.xml"
    cib.parent.mkdir()
    cib.write_text(text)
    cib.chmod(mode)
    there = tmp_path / "there.xml"
    there.touch(mode=0o644)
    old = os.umask(0o022)
    try:
        for words in (
            ("migrate", "-o", tmp_path / "new.xml", "--changes", tmp_path / "changes.html"),
            ("migrate", "--as", "crmsh", "-o", tmp_path / "new.crm"),
            ("migrate", "-o", there),
            ("migrate", "--split", tmp_path / "migrated"),
            ("split", "-d", tmp_path / "pieces"),
        ):
            result = CliRunner().invoke(cli, [words[0], str(cib), *map(str, words[1:])])
            assert result.exit_code in (0, 1), result.output
        result = CliRunner().invoke(cli, ["join", str(tmp_path / "pieces"), "-o", str(tmp_path / "joined.xml")])
        assert result.exit_code == 0, result.output
    finally:
        os.umask(old)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path != cib]
    assert len(files) > 12
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in files} == dict.fromkeys(
        (path.name for path in files), oct(made)
    )


@pytest.mark.parametrize(("mode", "made"), [(0o600, 0o600), (0o644, 0o644)])
def test_reports_are_as_private_as_their_input(tmp_path: Path, mode: int, made: int) -> None:
    cib = tmp_path / "in" / "cib.xml"
    cib.parent.mkdir()
    nodes = "".join(f'<node id="{name}" uname="{name}" type="normal"/>' for name in ("host1", "host2"))
    cib.write_text(SECRET.replace("<nodes/>", f"<nodes>{nodes}</nodes>"))
    cib.chmod(mode)
    old = os.umask(0o022)
    try:
        CliRunner().invoke(cli, ["lint", str(cib.parent), "--output", f"sarif={tmp_path / 'report.sarif'}"])
        CliRunner().invoke(cli, ["runbook", "backup", str(cib), "-o", str(tmp_path / "runbook.md")])
    finally:
        os.umask(old)
    for name in ("report.sarif", "runbook.md"):
        # Secrets are masked in reports, so only the mode of the input counts.
        assert "s3cret" not in (tmp_path / name).read_text()
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == made


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "x.xml"
    target.touch()
    for mode in (0o600, 0o664, 0o640):
        target.chmod(mode)
        write_all([NewFile(Guard([]).file("-o", target), b"new")])
        assert stat.S_IMODE(target.stat().st_mode) == mode
    write_all([NewFile(Guard([]).file("-o", target), b"new", secret=True)])
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_directory_that_cannot_be_exchanged_is_filled_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file system without renameat2: the kernel's answer is all that is replaced.
    monkeypatch.setattr(directory, "_EXCHANGE", 1 << 30)
    out = tmp_path / "out"
    out.mkdir()
    for name, data in OLD.items():
        (out / name).write_bytes(data)
    write_set(out, NEW)
    assert content(out) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
