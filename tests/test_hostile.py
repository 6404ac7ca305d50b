"""Nothing crashes the linter: damaged, hostile and merely odd inputs end in findings or in one line on stderr each."""

from __future__ import annotations

import bz2
import gzip
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cibtools.backup.files.raw import Limits, Raw
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import Read, gather, parse_source, read_file
from cibtools.backup.record.source import Source
from cibtools.cli.outputs.formats import LINT
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.outcome import LintRun
from cibtools.report.shared.options import TextOptions
from tests.backup.archives import packed

REPO = Path(__file__).resolve().parent.parent
HASI = REPO / "fixtures" / "hasi"
CACHE = REPO / ".cibtools_cache" / "tests"
SECONDS = 60
"""No input of a few megabytes may keep the linter busy for longer."""

# --- through the command line -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """What came of one run of the program."""

    status: int
    stdout: str
    stderr: str

    @property
    def errors(self) -> list[str]:
        """One line for each cause; what helps stands on a line of its own below it."""
        return [line for line in self.stderr.splitlines() if not line.startswith("  help: ")]


def lint(*arguments: str | bytes, cwd: Path, stdin: bytes = b"", **environment: str) -> Done:
    """Run `cibtools lint` and check what holds for every input."""
    done = subprocess.run(
        [sys.executable, "-m", "cibtools", "lint", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=SECONDS,
        env=os.environ | {"PYTHONPATH": str(REPO), "XDG_CACHE_HOME": str(CACHE)} | environment,
    )
    codec = environment.get("PYTHONIOENCODING", "utf-8").partition(":")[0]
    result = Done(done.returncode, done.stdout.decode(codec), done.stderr.decode(codec))
    assert "Traceback" not in result.stdout + result.stderr, result.stderr
    assert result.status in (0, 1, 2), result.stderr
    assert all(line.startswith("cibtools: error: ") for line in result.errors), result.stderr
    assert (result.status == 2) == bool(result.errors)
    assert not [char for char in result.stdout + result.stderr if char < " " and char not in "\t\n"], (
        "raw control characters"
    )
    return result


CIB = b"""<cib have_quorum="true"><configuration><crm_config/><nodes/><resources>
<primitive id="web" class="ocf" provider="heartbeat" type="Xen"/>
</resources><constraints/></configuration><status/></cib>
"""
ENTITY = b'<?xml version="1.0"?>\n<!DOCTYPE cib [\n%s]>\n<cib id="&x;"><configuration/><status>&x;</status></cib>\n'
BILLION = b'<!ENTITY a0 "lol">\n' + b"".join(
    b'<!ENTITY a%d "%s">\n' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 10)
)

UNREADABLE: dict[str, tuple[bytes, str]] = {
    # name: the bytes, and the place that the error names
    "truncated.xml": (CIB[:150], "truncated.xml:3: "),
    "cut-in-tag.xml": (CIB[:120], "cut-in-tag.xml:2: "),
    "empty.xml": (b"", "empty.xml:1: "),
    "blank.xml": (b" \n\t\n", "blank.xml:1: "),
    "not-closed.xml": (b"<cib><configuration></cib>", "not-closed.xml:1: "),
    "entities.xml": (ENTITY % BILLION.replace(b"a9", b"x"), "entities.xml:3: "),
    "external.xml": (ENTITY % b'<!ENTITY x SYSTEM "secret.txt">\n', "external.xml:3: "),
    "parameter.xml": (ENTITY % b'<!ENTITY % x SYSTEM "secret.txt">\n%x;\n', "parameter.xml:3: "),
    "utf-16-entities.xml": ((ENTITY % b'<!ENTITY x "y">\n').decode().encode("utf-16"), "utf-16-entities.xml:3: "),
    "deep.xml": (b"<cib>" + b"<group>" * 100_000, "deep.xml:1: "),
    "deep-and-whole.xml": (b"<group>" * 5_000 + b"</group>" * 5_000, "deep-and-whole.xml:1: "),
    "nul.xml": (CIB.replace(b"web", b"w\0b"), "nul.xml:2: "),
    "long-attribute.xml": (CIB.replace(b"web", b"w" * 11_000_000), "long-attribute.xml:"),
    "large.xml": (CIB + b" " * (20 << 20), "large.xml:1: "),
    "large.xm": (b"name='a'\n" * (10 << 17), "large.xm:1: "),
    "bomb.xml.gz": (gzip.compress(b"<cib>" + b" " * (64 << 20)), "bomb.xml.gz:1: "),
    "bomb.xml.bz2": (bz2.compress(b"<cib>" + b" " * (64 << 20)), "bomb.xml.bz2:1: "),
    "bomb.tar.gz": (packed("tar.gz", {"cib.xml": CIB, "log": bytes(64 << 20)}), "bomb.tar.gz:1: "),
    "bomb.zip": (packed("zip", {"cib.xml": CIB, "log": bytes(64 << 20)}), "bomb.zip:1: "),
    "outside.tar.bz2": (packed("tar.bz2", {"../secret.txt": b"TOP-SECRET", "cib.xml": CIB}), "outside.tar.bz2:1: "),
    "cut.tar": (packed("tar", {"cib.xml": CIB, "b": bytes(5_000)})[:3_000], "cut.tar:1: "),
    "cut.xml.gz": (gzip.compress(CIB)[:-9], "cut.xml.gz:1: "),
    "damaged.xml.gz": (b"\x1f\x8b\x08\0" + b"\xff" * 99, "damaged.xml.gz:1: "),
    "damaged.xml.xz": (b"\xfd7zXZ\0" + b"\xff" * 99, "damaged.xml.xz:1: "),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_file(name: str, tmp_path: Path) -> None:
    data, place = UNREADABLE[name]
    (tmp_path / "secret.txt").write_text("TOP-SECRET", encoding="utf-8")
    (tmp_path / name).write_bytes(data)
    done = lint(name, cwd=tmp_path)
    assert done.status == 2
    assert len(done.errors) == 1, done.stderr
    assert done.stderr.startswith(f"cibtools: error: {place}")
    assert "CIB001" in done.stdout
    assert "TOP-SECRET" not in done.stdout + done.stderr
    assert len(done.stdout) + len(done.stderr) < 10_000


FOREIGN: dict[str, bytes] = {
    "binary.xml": bytes(range(256)) * 64,
    "elf": b"\x7fELF" + bytes(4096),
    "nul.xm": b"name = 'a\0b'\nmemory = 1\ndisk = []\n",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_file_of_another_kind(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FOREIGN[name])
    done = lint(name, cwd=tmp_path)
    assert done.status == 2
    assert len(done.errors) == 1, done.stderr
    assert done.stderr.startswith(f"cibtools: error: {name}: no file of a cluster backup")


READABLE: dict[str, bytes] = {
    "latin-1-undeclared.xml": CIB.replace(b"web", b"b\xfcro"),
    "declared-wrongly.xml": b'<?xml version="1.0" encoding="UTF-8"?>' + CIB.replace(b"web", b"b\xfcro"),
    "unknown-encoding.xml": b'<?xml version="1.0" encoding="klingon"?>' + CIB,
    "utf-16.xml": CIB.decode().encode("utf-16"),
    "utf-16-be.xml": CIB.decode().encode("utf-16-be"),
    "doctype.xml": b'<!DOCTYPE cib SYSTEM "/etc/passwd">' + CIB,
    "doctype-remote.xml": b'<!DOCTYPE cib PUBLIC "-//X" "http://192.0.2.1/crm.dtd">' + CIB,
    "xinclude.xml": CIB.replace(
        b"<crm_config/>", b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="secret.txt" parse="text"/>'
    ),
    "markup-in-id.xml": CIB.replace(b"web", b"[/x][bold red]w[/bold red]&lt;b>&lt;script>"),
    "escape-in-name.xm": b"name = '\x1b[31mred\x1b[0m\x07'\ndisk = ['phy:/dev/a\x1b[2J,xvda']\n",
    "long-id.xml": CIB.replace(b"web", b"w" * 100_000),
    "bidi.xml": CIB.replace(b"web", "\u202ebew\u200b\u2028".encode()),
    "recursion.xm": b"name = 'a'\nmemory = 1\nx = " + b"[" * 20_000 + b"]" * 20_000 + b"\ndisk = []\n",
    "recursion-2.xm": b"name = 'a'\nmemory = " + b"-" * 50_000 + b"1\ndisk = []\n",
    "recursion-3.xm": b"name = " + b"+".join([b"'a'"] * 20_000) + b"\nmemory = 1\ndisk = []\n",
    "recursion-4.xm": b"name = 'a'\nkernel" + b".a" * 20_000 + b" = 1\ndisk = []\n",
    "import.xm": b"name = __import__('os').popen('touch PWNED').read()\ndisk = []\nmemory = 1\n",
    "statement.xm": b"import os\nos.system('touch PWNED')\nname = 'a'\ndisk = []\nmemory = 1\n",
    "power.xm": b"name = 'a'\nmemory = 9**9**9**9\nvcpus = 1 << 99999999999\ndisk = []\n",
    "repeat.xm": b"name = 'a' * 10**12\nmemory = 1\ndisk = ['x'] * 10**12\n",
    "format.xm": b"name = '%999999999999d' % 1\nmemory = 1\ndisk = ['%(a)s' % {}, '%s' % (), '%q' % 1]\n",
    "digits.xm": b"name = 'a'\nmemory = " + b"9" * 10_000 + b"\ndisk = []\nvcpus = 1e999\n",
    "doubling.xm": b"name = 'a'\n" + b"name = name + name\n" * 200 + b"memory = 1\ndisk = []\n",
    "form-feed.xm": b"\x0cname = 'a'\nmemory = 1\ndisk = ['phy:a,b,c'\x0c]\n",
    "surrogate.xm": b"name = '\\ud800'\nmemory = 1\ndisk = ['phy:/dev/\\udfff,xvda,w']\n",
    "many-disks.xm": b"name = 'a'\nmemory = 1\ndisk = [" + b"'phy:/dev/x,xvda,w'," * 5_000 + b"]\n",
    "ha.cf": b"node " + b"a " * 100_000 + b"\nkeepalive 1e999\ndeadtime -5\ninitdead 99999999999999999999ms\nucast\n"
    b"bcast\nping\nnode\nserial\nmcast eth0\nauto_failback\nrespawn\n",
    "ha.cf.escape": b"node \x1b[31mhost1\x07\nucast eth0 \xff\xfe\ndeadtime 5\nkeepalive 9\n",
    "authkeys": b"auth 1\n1 sha1 \x1b[31m\n" + b"2 crc\n" * 1_000,
    "control-1.xml": CIB.replace(b"web", b"w&#x9b;31mb"),
    "tab-and-newline.xml": CIB.replace(b"web", b"w&#10;cibtools: error: forged&#9;b"),
    "deep-enough.xml": b"<group>" * 200 + b"</group>" * 200,
}


@pytest.mark.parametrize("name", READABLE)
def test_odd_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("TOP-SECRET", encoding="utf-8")
    (tmp_path / name).write_bytes(READABLE[name])
    done = lint(name, "--color", "never", cwd=tmp_path)
    assert done.status in (0, 1), done.stderr
    assert "TOP-SECRET" not in done.stdout
    assert "root:" not in done.stdout
    assert not (tmp_path / "PWNED").exists()


@pytest.mark.parametrize("command", ["lint", "show"])
@pytest.mark.parametrize("number", ["9" * 5_000, "1e999", "\u0663", "-" + "9" * 5_000])
def test_numbers_that_python_does_not_convert(command: str, number: str, tmp_path: Path) -> None:
    replaced = 0
    for path in (path for path in HASI.rglob("*") if path.is_file()):
        text, count = re.subn(r"([\"' =])[0-9]+(?=[\"'\n]|m?s[\"'])", rf"\g<1>{number}", path.read_text("utf-8"))
        target = tmp_path / path.relative_to(HASI)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        replaced += count
    assert replaced > 100
    done = subprocess.run(
        [sys.executable, "-m", "cibtools", command, "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        env=os.environ | {"PYTHONPATH": str(REPO), "XDG_CACHE_HOME": str(CACHE)},
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1), done.stderr
    assert "dns1" in done.stdout


@pytest.mark.parametrize("format_name", LINT.names)
def test_every_format_survives_foreign_text(format_name: str, tmp_path: Path) -> None:
    for name in ("markup-in-id.xml", "escape-in-name.xm", "bidi.xml", "control-1.xml", "tab-and-newline.xml"):
        (tmp_path / name).write_bytes(READABLE[name])
    done = lint("--each", "--format", format_name, *sorted(path.name for path in tmp_path.iterdir()), cwd=tmp_path)
    assert done.status == 1


def test_colour_holds_only_our_own_escapes(tmp_path: Path) -> None:
    (tmp_path / "a.xm").write_bytes(READABLE["escape-in-name.xm"])
    command = [sys.executable, "-m", "cibtools", "lint", "--color", "always", "a.xm"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, env=os.environ | {"PYTHONPATH": str(REPO)})
    assert b"\x1b[2J" not in done.stdout
    assert b"\x07" not in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("format_name", LINT.names)
def test_terminal_that_cannot_say_everything(encoding: str, format_name: str, tmp_path: Path) -> None:
    (tmp_path / "cib.xml").write_bytes(CIB.replace(b"web", "büro-ł".encode()))
    done = lint("cib.xml", "--format", format_name, cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert done.status == 1


NAMES = (
    b"with blank",
    b"new\nline",
    b"bell\x07",
    b"\x1b[31mred",
    b"not-utf-8-\xff\xfe",
    b"[bold]red[x]",
    b"-",
    b"--help",
    b"<b>&amp;",
    b"%s%n{0}{name}",
    b"a,b;c:d=e",
    "ü-\u202e".encode(),
)


@pytest.fixture(scope="module")
def odd_names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a good and a damaged file under every odd name."""
    top = tmp_path_factory.mktemp("odd")
    for number, name in enumerate(NAMES):
        for part, data in ((b"good.xml", CIB), (b"cut.xml", CIB[:150])):
            directory = top / f"{number:02d}" / os.fsdecode(name)
            directory.mkdir(parents=True, exist_ok=True)
            (directory / os.fsdecode(name + part)).write_bytes(data)
    return top


@pytest.mark.parametrize("format_name", LINT.names)
def test_odd_names(format_name: str, odd_names: Path) -> None:
    done = lint("--each", "--format", format_name, ".", cwd=odd_names)
    assert done.status == 2
    assert len(done.errors) == len(NAMES), done.stderr
    for number in range(len(NAMES)):
        assert any(f" {number:02d}/" in line and "cut.xml:3: " in line for line in done.errors), done.stderr
    assert sum(len(finding) > 0 for finding in done.stdout.splitlines()) >= len(NAMES) or format_name == "json"


def test_odd_names_of_nothing(tmp_path: Path) -> None:
    done = lint(*(b"./" + name + b"-missing" for name in NAMES), cwd=tmp_path)
    assert done.status == 2
    assert len(done.errors) == len(NAMES), done.stderr
    assert all("-missing: " in line for line in done.errors)


def test_directory_with_things_that_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xml")
    (tmp_path / "dangling.xml").symlink_to("nowhere")
    (tmp_path / "loop.xml").symlink_to("loop.xml")
    (tmp_path / "up").symlink_to("..")
    (tmp_path / "device.xml").symlink_to("/dev/zero")
    (tmp_path / "cib.xml").write_bytes(CIB)
    done = lint(".", cwd=tmp_path)
    assert done.status == 1
    assert "cib.xml" in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_by_permission(tmp_path: Path) -> None:
    (tmp_path / "cib.xml").write_bytes(CIB)
    (tmp_path / "locked.xml").write_bytes(CIB)
    (tmp_path / "locked.xml").chmod(0)
    done = lint(".", cwd=tmp_path)
    assert done.status == 2
    assert done.errors == ["cibtools: error: locked.xml:1: permission denied"]
    assert "cib.xml" in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("mode", [0, 0o400])
def test_directory_that_cannot_be_entered(mode: int, tmp_path: Path) -> None:
    (tmp_path / "cib.xml").write_bytes(CIB)
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked" / "other.xml").write_bytes(CIB)
    (tmp_path / "locked").chmod(mode)
    done = lint(".", cwd=tmp_path)
    (tmp_path / "locked").chmod(0o700)
    assert done.status == 2
    assert len(done.errors) == 1, done.stderr
    assert "locked" in done.stderr
    assert "cib.xml" in done.stdout


def test_one_line_for_each_cause(tmp_path: Path) -> None:
    names = ("truncated.xml", "empty.xml", "cut.xml.gz", "entities.xml")
    for name in names:
        (tmp_path / name).write_bytes(UNREADABLE[name][0])
    (tmp_path / "good.xml").write_bytes(CIB)
    done = lint(".", "missing.xml", cwd=tmp_path)
    assert done.status == 2
    assert len(done.errors) == len(names) + 1
    assert all(any(name in line for line in done.errors) for name in (*names, "missing.xml"))
    assert "good.xml" in done.stdout


@pytest.mark.parametrize("data", [b"", b"\0" * 99, CIB[:150], b"\x1f\x8b", os.urandom(0) or b"\xff\xfe\x00", b"<"])
def test_standard_input(data: bytes, tmp_path: Path) -> None:
    lint("-", cwd=tmp_path, stdin=data)


def test_many_findings_stay_few_lines_on_stderr(tmp_path: Path) -> None:
    primitives = b"".join(b'<primitive id="p%d:0" class="ocf" type="X"/>' % number for number in range(1_000))
    (tmp_path / "cib.xml").write_bytes(CIB.replace(b"<constraints/>", b"<constraints/>" + primitives))
    assert lint("cib.xml", cwd=tmp_path).status == 1


# --- in process, for volume -------------------------------------------------------------------------------------------


@cache
def engine() -> Engine:
    return Engine(build_catalogue(load_tables(rule_files([REPO / "rules"]))))


def run_on(read: Iterable[Read]) -> LintRun:
    """Lint what was read and draw it in every format; every finding must point into its file."""
    run = engine().run([Cluster(backup) for backup in gather(read)])
    for finding in run.findings:
        for place in (finding.place, *(note.place for note in finding.notes)):
            source, where = place.document.source, place.location
            assert 1 <= where.line <= where.end_line <= max(1, source.line_count) + 1
            assert 0 <= place.span.start <= place.span.end <= len(source.data)
    # Text, and one of the others by turns: drawing takes longer than linting.
    for format_name in ("text", LINT.names[len(run.findings) % len(LINT.names)]):
        text = LINT.renderer(format_name)(run, TextOptions(color=False))
        assert not [char for char in text if char < " " and char not in "\t\n"]
    return run


def read_bytes(name: str, data: bytes) -> Read:
    return Read(parse_source(Source(name, data), name), "", name, walked=True)


@given(st.sampled_from(["cib.xml", "a.xm", "ha.cf", "authkeys", "notes", "xen/vm/nfs.xm"]), st.binary(max_size=300))
@example("a.xm", b"name='\\\n")
@example("cib.xml", b"\xff\xfe<\0c\0i\0b\0")
def test_any_bytes(name: str, data: bytes) -> None:
    run_on([read_bytes(name, data)])


TOKENS = (
    '<primitive id="a" class="ocf" provider="heartbeat" type="Xen">', "</primitive>", "<clone", '<clone id="c">',
    "</clone>", "<group>", "</group>", '<rsc_order from="a" to="a"/>', '<rsc_order id="o" first="a" then="b"/>',
    '<rsc_colocation from="a" to=""/>', "<rsc_location/>", '<rsc_location rsc="a"><rule score="x"/></rsc_location>',
    '<rule score="-INFINITY" boolean_op="or">', "</rule>", '<expression attribute="#uname" operation="eq"/>',
    '<op name="monitor" interval="x" timeout="-1"/>', '<op id=""/>', "<operations>", "</operations>",
    "<instance_attributes>", "<attributes>", '<nvpair name="xmfile" value=""/>', "<nvpair/>", "<meta_attributes>",
    '<nvpair name="clone_max" value="9999999999999999999999"/>', '<nvpair name="stonith-enabled" value="1"/>',
    '<primitive class="stonith" type="external/riloe"/>', '<primitive id="s" class="stonith"/>', "<node/>",
    '<node id="" uname="" type="normal"/>', "<resources>", "</resources>", "<constraints>", "</constraints>", "<cib>",
    "</cib>", "<configuration>", "</configuration>", "<crm_config>", "<cluster_property_set>", "<status>", "<!--",
    "-->", "<?x?>", "&amp;", "&x;", "<![CDATA[", "]]>", '"', "\u201c", "-snip-", "\n", " ",
    '<template id="t" class="ocf"/>', '<primitive id="p" template="p"/>', '<operations id-ref="o"/>',
    '<instance_attributes id-ref="i"/>', "<resource_set>", '<resource_ref id="a"/>', "<master>", "<bundle>",
    "<lifetime>", '<date_expression operation="in_range" end="yesterday"/>', "<fencing-topology>",
    '<fencing-level index="x" devices=","/>', "<rsc_defaults>", "<op_defaults>", "</meta_attributes>",
)  # fmt: skip


@given(st.lists(st.sampled_from(TOKENS), max_size=25))
def test_soup_of_cib_words(tokens: list[str]) -> None:
    run_on([read_bytes("cib.xml", "".join(tokens).encode())])


def words(text: str) -> list[str]:
    return text.split()


def trees() -> st.SearchStrategy[str]:
    """Well-formed trees of CIB elements in places where they do not belong."""
    tag = st.sampled_from(
        words(
            "cib configuration crm_config nodes node resources primitive group clone master_slave "
            "master constraints rsc_order rsc_colocation rsc_location rule expression date_expression "
            "lifetime operations op attributes instance_attributes meta_attributes cluster_property_set "
            "nvpair resource_set resource_ref status node_state rsc_defaults op_defaults template "
            "bundle tags tag obj_ref fencing-topology fencing-level acls"
        )
    )
    name = st.sampled_from(
        words(
            "id name value rsc from to first then with-rsc score kind node uname type class provider "
            "attribute operation boolean_op interval timeout id-ref template clone_max globally_unique "
            "notify is_managed target_role action from_role start end enabled disabled role "
            "validate-with"
        )
    )
    value = st.sampled_from(
        [
            *words(
                "a b c a:0 a:99999999999 INFINITY -INFINITY infinity 0 -1 1e9 10s x 9999999999999999999999 "
                "true false Xen Filesystem EvmsSCC pingd ocf stonith external/riloe external/ssh fence_x "
                "heartbeat clone_max hostlist stonith-enabled target_role is_managed allow_migrate xmfile "
                "device directory ocfs2 fstype #uname eq not_defined lte monitor start host1 host2 "
                "pacemaker-1.0 pacemaker-3.0 pacemaker-x /etc/xen/vm/a.xm"
            ),
            "",
            " ",
            "host1,host2",
            "\u0660",
            "²",
        ]
    )
    attributes = st.dictionaries(name, value, max_size=5).map(
        lambda found: "".join(f' {key}="{text}"' for key, text in found.items())
    )
    leaf = st.builds("<{}{}/>".format, tag, attributes)
    return st.recursive(
        leaf,
        lambda inner: st.builds(
            lambda name, head, children: f"<{name}{head}>{''.join(children)}</{name}>",
            tag,
            attributes,
            st.lists(inner, max_size=5),
        ),
        max_leaves=40,
    )


@given(st.lists(trees(), min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_tree_of_cib_elements(found: list[str]) -> None:
    run_on([read_bytes("cib.xml", "".join(found).encode())])


XM_TOKENS = (
    "name", "disk", "vif", "memory", "uuid", "=", " ", "\n", "'", '"', "'''", "[", "]", "(", ")", "{", "}", ",", "%",
    "+", "*", "phy:/dev/a,xvda,w", "file:", "tap:aio:/a,", "mac=00:16:3e:00:00:01", "mac=x", "\\", "\t", "#", "if 1:",
    "import os", "None", "1", "0777", "1L", "print 1", "`a`", "u'a'", "b'a'", "f'{a}'", "\u201cnfs\u201d", "lambda: 1",
    "for", "disk = [ 'phy:/dev/x,xvda,w', ]\n", "name = 'a'\n", "memory = 512\n", "vif = [ '' ]\n",
    "bootloader = '/b'\n", "builder = 'linux'\n", "root = '/dev/nfs'\n", "...", "*a", "**b", "a.b", "a[0]", ":=",
)  # fmt: skip


@given(st.lists(st.sampled_from(XM_TOKENS), max_size=25))
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_soup_of_xm_words(tokens: list[str]) -> None:
    run_on([read_bytes("a.xm", ("name = 'x'\nkernel = 'k'\n" + "".join(tokens)).encode())])


HA_TOKENS = (
    "keepalive", "deadtime", "initdead", "warntime", "deadping", "udpport", "baud", "serial", "bcast", "mcast",
    "ucast", "node", "ping", "ping_group", "crm", "respawn", "apiauth", "use_logd", "autojoin", " ", "\t", "\n", "#",
    "1", "0", "-1", "500ms", "1e9", "99999999999999999999", "eth0", "host1", "192.168.1.1", "true", "2s", "x",
    "\u00a0", "\u2013", "\\", '"',
)  # fmt: skip


@given(st.lists(st.sampled_from(HA_TOKENS), max_size=30))
def test_soup_of_ha_cf_words(tokens: list[str]) -> None:
    run_on([read_bytes("ha.cf", ("keepalive 2\ndeadtime 30\n" + "".join(tokens)).encode())])


@cache
def hasi() -> tuple[Raw, ...]:
    return tuple(walk_input(str(HASI), Limits()))


def damaged(data: bytes) -> st.SearchStrategy[bytes]:
    """The bytes of a real file after a few accidents."""
    place = st.integers(0, max(0, len(data) - 1))

    def flip(data: bytes, start: int, size: int, byte: int) -> bytes:
        return data[:start] + bytes([byte]) + data[start + 1 :]

    def cut(data: bytes, start: int, size: int, byte: int) -> bytes:
        return data[:start] + data[start + size :]

    def truncate(data: bytes, start: int, size: int, byte: int) -> bytes:
        return data[:start]

    def repeat(data: bytes, start: int, size: int, byte: int) -> bytes:
        return data[: start + size] + data[start:]

    def swap(data: bytes, start: int, size: int, byte: int) -> bytes:
        return (
            data[:start] + data[start + size : start + 2 * size] + data[start : start + size] + data[start + 2 * size :]
        )

    accidents: list[Callable[[bytes, int, int, int], bytes]] = [flip, cut, truncate, repeat, swap]
    accident = st.tuples(st.sampled_from(accidents), place, st.integers(1, 200), st.integers(0, 255))

    def apply(found: list[tuple[Callable[[bytes, int, int, int], bytes], int, int, int]]) -> bytes:
        result = data
        for change, start, size, byte in found:
            result = change(result, start, size, byte)
        return result

    return st.lists(accident, min_size=1, max_size=4).map(apply)


WANTED = ("cib.bak.xml", "resources.bak.xml", "constraints.bak.xml", "crm_config.bak.xml", "nodes.bak.xml", "nfs.xm",
          "ha.cf", "authkeys", "hosts", "multipath.conf", "evms.conf", "cluster.conf", "o2cb")  # fmt: skip


@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_accidents_in_real_files(data: st.DataObject) -> None:
    victim = data.draw(st.sampled_from([raw for raw in hasi() if raw.source.path.endswith(WANTED)]))
    lone = data.draw(st.booleans())
    bytes_after = data.draw(damaged(victim.source.data))
    changed = Raw(Source(victim.source.path, bytes_after), victim.base, victim.name, walked=True)
    # Without the whole CIB the sections count; alone, nothing helps the damaged file.
    others = [raw for raw in hasi() if raw.name != victim.name and raw.name != "cib.bak.xml"]
    run_on(read_file(raw, {}) for raw in ([changed] if lone else [*others, changed]))
