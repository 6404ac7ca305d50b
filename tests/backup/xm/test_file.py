"""What is read from xm files: formats.md 3 of the specification, with its examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.backup.record.fact import ABSENT, Known, Unknown
from cibtools.backup.record.secret import Secret
from cibtools.backup.record.source import Source
from cibtools.backup.xm.file import XmConfig, parse_xm

FIXTURES = Path(__file__).parents[3] / "fixtures"
GUIDE = """\
ostype="sles10"
name="nfs"
memory=512
vcpus=1
uuid="86436fde-1613-4e12-8a94-093d1c3f962e"
on_crash="destroy"
on_poweroff="destroy"
on_reboot="restart"
builder="linux"
bootloader="/usr/lib/xen/boot/domUloader.py"
bootargs="--entry=xvda1:/boot/vmlinuz-xenpae,/boot/initrd-xenpae"
extra="TERM=xterm"
disk=[ 'phy:/dev/evms/san2/vm2,xvda,w', 'phy:/dev/mapper/mpath1,xvdc,w' ]
vif=[ 'mac=00:16:3e:32:8b:12', ]
vfb=[ "type=vnc,vncunused=1" ]
"""
HVM_SAMPLE = """\
import os, re
arch = os.uname()[4]
if re.search('64', arch):
    arch_libdir = 'lib64'
else:
    arch_libdir = 'lib'
kernel = "/usr/lib/xen/boot/hvmloader"
builder='hvm'
memory = 128
name = "ExampleHVMDomain"
vif = [ 'type=ioemu, bridge=xenbr0' ]
disk = [ 'phy:hda1,hda,r', ',hdc:cdrom,r' ]
device_model = '/usr/' + arch_libdir + '/xen/bin/qemu-dm'
"""


def xm(text: str | bytes) -> XmConfig:
    return parse_xm(Source("x.xm", text if isinstance(text, bytes) else text.encode()))


def value_of(text: str, name: str = "x") -> object:
    """The value of a name, or what is known about it."""
    last = [item for item in xm(text).assignments if item.name == name][-1]
    return last.fact.value if isinstance(last.fact, Known) else last.fact


def variants(text: str | bytes) -> list[str]:
    return [problem.variant for problem in xm(text).problems]


def test_the_guides_file() -> None:
    config = xm(GUIDE)
    assert config.problems == ()
    assert not config.repaired
    assert config.gap is None
    assert [(disk.type, disk.path, disk.vdev, disk.mode) for disk in config.disks] == [
        ("phy", "/dev/evms/san2/vm2", "xvda", "w"),
        ("phy", "/dev/mapper/mpath1", "xvdc", "w"),
    ]
    assert config.disks_known
    assert [(vif.mac, vif.bridge) for vif in config.vifs] == [("00:16:3e:32:8b:12", None)]
    assert config.vfb[0].options == (("type", "vnc"), ("vncunused", "1"))
    assert isinstance(name := config.text("name"), Known)
    assert name.value == "nfs"
    assert isinstance(memory := config.number("memory"), Known)
    assert memory.value == 512
    assert config.fact("maxmem") is ABSENT


def test_the_hvm_sample_of_xen() -> None:
    config = xm(HVM_SAMPLE)
    assert isinstance(model := config.fact("device_model"), Unknown)
    assert "arch_libdir" in model.reason
    assert isinstance(libdir := config.fact("arch_libdir"), Unknown)
    assert "if at line 3" in libdir.reason
    assert [disk.path for disk in config.disks] == ["hda1", ""]
    assert config.vifs[0].bridge == "xenbr0"
    assert config.problems == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x = 'a'", "a"),
        ('x = "a\\tb"', "a\tb"),
        ("x = r'a\\tb'", "a\\tb"),
        ("x = '''a\nb'''", "a\nb"),
        ("x = 'a' 'b'", "ab"),
        ("x = 5", 5),
        ("x = -5", -5),
        ("x = 1.5", 1.5),
        ("x = []", ()),
        ("x = ['a', 1]", ("a", 1)),
        ("x = y = 'a'", "a"),
        ("y = 'a'; x = y + 'b'", "ab"),
        ("y = ['a']\nx = y + ['b']", ("a", "b")),
        ("x = 7 / 2", 3),
        ("x = -7 / 2", -4),
        ("x = 7 / 2.0", 3.5),
        ("x = 7 // 2", 3),
        ("x = 4 * 256", 1024),
        ("x = 5 - 7", -2),
        ("x = 'vm%d' % 3", "vm3"),
        ("n = 'a'\nx = 'phy:/dev/%s,%s,w' % (n, 'xvda')", "phy:/dev/a,xvda,w"),
        ("x = '%02x%%' % 10", "0a%"),
        ("x = 'a'\nx += 'b'", "ab"),
        ("x = 1\nx += 2", 3),
        ("x = ['a']\nx += ['b']", ("a", "b")),
        ("y = x = ['a']\ny += ['b']", ("a", "b")),
        ("x = 1\nif 0:\n    x = 2", 1),
        ("x = 1\nif 1:\n    x = 2", 2),
        ("x = 1\nif 0:\n  x = 2\nelse:\n  x = 3", 3),
        ("'''doc'''\nimport os\npass\nx = 1", 1),
        ("x = 1 # two", 1),
        ("x = 'a' \\\n  'b'", "ab"),
        ("x = 'a'\nx = 'b'", "b"),
        ("x = (1 +\n 2)", 3),
        # Python 2 only, found statement by statement
        ("x = 0755", 0o755),
        ("x = 1\nprint x", 1),
        ("print 'hello'\nx = 'a'", "a"),
        ("y = `1`\nx = 2", 2),
        ("y = 1 <> 2\nx = 2", 2),
        ("try:\n    import a\nexcept E, e:\n    y = 1\nx = 2", 2),
        ("m = 0644\nx = '0755 512L'", "0755 512L"),
        ("if z:\n\ty = 1\n        y = 2\nx = 3", 3),
    ],
)
def test_values_are_those_of_python_2(text: str, value: object) -> None:
    assert value_of(text) == value
    assert not {"syntax", "unknown-value"} & set(variants(text))


@pytest.mark.parametrize(
    "text",
    [
        "x = f()",
        "x = a.b",
        "x = y[0]",
        "x = [i for i in y]",
        "x = lambda: 1",
        "x = 1 < 2",
        "x = 1 if y else 2",
        "x = f'{y}'",
        "x = ''.join(['a'])",
        "x = xm_vars.var('vmid')",
        "x = vmid + 1",
        "x = 'vm%d' % n",
        "x = 2 ** 9",
        "x = 'a' * 3",
        "x = {}",
        "x = b'a'",
        "x = '%s' % locals()",
        "x = '%(a)s' % {'a': 1}",
        "x = '%s' % 0.1",
        "x = 1\nif y:\n    x = 2",
        "x = 1\nfor i in y:\n    x = i",
        "x = 1\nwhile y:\n    x = 2",
        "for x in y:\n    pass",
        "x = 1\ntry:\n    y = 1\nexcept E:\n    x = 2",
        "with y as x:\n    pass",
        "def x():\n    pass",
        "class x:\n    pass",
        "x = 1\ndef f():\n    global x\n    x = 2",
        "x, y = 1, 2",
        "x = 1\nfrom a import x",
        "x = 1\nfrom a import *",
        "x = 1\nexec('x = 2')",
        "x = 1\nexec 'x = 2'",
        "x = 1\nexecfile('b')",
        "x = 1\nlocals()['x'] = 2",
        "x = 1\nglobals().update(y)",
        "x = []\nx.append('a')",
        "x = []\nf(x)",
        "x = ['a']\nx[0] = 'b'",
        "x = ['a']\ndel x[0]",
        "x = ['a']\ny = x\ny.append('b')",
        "x = [f()]",
        "x = ['a', f()]",
        "x = f()\nx += 'a'",
        "x = 'a'\nx += f()",
        "x = 1\nif y: x = 2",
        "x = `y`",
        "x = 1\nif y:\n    print z\n    x = 2",
        "x = ur'a'",
        "x = 1\nif a:\n if b:\n  x = 2",
        "x = 1\nif (x := 2):\n    pass",
    ],
)
def test_what_depends_on_the_run_is_unknown_and_no_problem(text: str) -> None:
    assert isinstance(value_of(text), Unknown)
    assert not {"syntax", "unknown-value"} & set(variants(text))


@pytest.mark.parametrize(
    "text",
    [
        "x = nfs",
        "x = 'a' + 1",
        "x = 'a'\nx += 1",
        "x = 1 / 0",
        "x = '%d' % 'a'",
        "x = '%s %s' % 'a'",
        "x = 'a' % 1",
        "x = ['a'] + 'b'",
    ],
)
def test_what_python_itself_refuses_is_a_problem(text: str) -> None:
    assert isinstance(value_of(text), Unknown)
    assert "unknown-value" in variants(text)


def test_a_name_that_a_star_import_may_bring_is_no_problem() -> None:
    assert "unknown-value" not in variants("from site import *\nx = nfs")


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("('phy:/dev/a,xvda,w',)", "a tuple"),
        ("True", "True or False"),
        ("None", "None"),
        ("u'a'", "a unicode string"),
        ("99999999999999999999", "a long number"),
        ("512L", "a long number"),
        ("0x10L", "a long number"),
    ],
)
def test_types_that_xm_skips(value: str, what: str) -> None:
    config = xm(f"name = 'a'\nmemory = 1\ndisk = ['phy:/dev/a,xvda,w']\nboot = {value}\n")
    assert config.fact("boot") is ABSENT
    assert config.assignments[-1].ignored_by_xm
    assert [(problem.variant, problem.message) for problem in config.problems] == [("ignored-type", f"boot is {what}")]


def test_a_variable_of_the_authors_own_may_have_any_type() -> None:
    assert xm(GUIDE + "mine = None\n").problems == ()


def test_a_deleted_name_is_absent() -> None:
    config = xm("x = 1\ndel x\n")
    assert config.fact("x") is ABSENT


def test_nothing_is_absent_where_names_may_come_unseen() -> None:
    for text in ("from site import *\n", "exec open('/etc/x').read()\n", "# -snip-\nname = 'a'\n"):
        assert isinstance(xm(text).fact("disk"), Unknown), text
        assert not xm(text).disks_known, text
        assert "no-disk" not in variants(text), text


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("memory", "memory = '512'", Known),
        ("memory", "memory = 'lots'", Unknown),
        ("memory", "memory = 1.5", Known),
        ("memory", "memory = True", type(ABSENT)),
        ("memory", "", type(ABSENT)),
        ("memory", "memory = f()", Unknown),
    ],
)
def test_numbers(name: str, text: str, kind: type) -> None:
    assert isinstance(xm(text).number(name), kind)


def test_text_of_a_number_is_unknown() -> None:
    assert isinstance(xm("name = 5").text("name"), Unknown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("memory = 1\ndisk = ['phy:a,xvda,w']", ["no-name"]),
        ("name = ''\nmemory = 1\ndisk = ['phy:a,xvda,w']", ["no-name"]),
        ("name = 'a'\ndisk = ['phy:a,xvda,w']", ["no-memory"]),
        ("name = 'a'\nmemory = 1", ["no-disk"]),
        ("name = 'a'\nmemory = 1\ndisk = []", ["no-disk"]),
        ("name = 'a'\nmemory = 1\nroot = '/dev/nfs'", []),
        ("name = 'a'\nmemory = 1\nnfs_root = '/x'", []),
        ("name = 'a'\nmemory = 1\nextra = 'root=/dev/nfs ip=dhcp'", []),
        ("name = 'a'\nmemory = 1\nroot = f()", []),
        ("name = 'a'\nmemory = 1\ndisk = f()", []),
        ("name = 'vm%d' % n\nmemory = f()\ndisk = [f()]", []),
        ("name = 'a'\nmemory = 1\ndisk = ('phy:a,xvda,w',)", ["ignored-type"]),
        ("name = 'a'\nmemory = 1\ndisk = 'phy:a,xvda,w'", ["bad-disk"]),
        ("name = 'a'\nmemory = 1\ndisk = [('phy:a', 'xvda', 'w')]", ["bad-disk"]),
        ("name = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w']\nvif = 'mac=x'", ["bad-vif"]),
        ("name = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w']\nvif = ['']", []),
        (
            "name = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w',]\nvif = ['mac=00:16:3e:00:00:01',]\n\t\n# \xe9",
            ["no-coding"],
        ),
        ("# coding: latin-1\nname = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w']\n# \xe9", []),
        ("#!x\n# vim: set fileencoding=utf-8 :\nname = '\xe9'\nmemory = 1\ndisk = ['phy:a,xvda,w']", []),
        ("# -*- coding: utf-8-unix -*-\nname = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w']\n# \xe9", []),
        ("\n\n# coding: utf-8\nname = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w']\n# \xe9", ["no-coding"]),
        ("# coding: ascii\nname = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w']\n# \xe9", ["bad-coding"]),
        ("# coding: klingon\nname = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w']", ["bad-coding"]),
        ("\ufeff# coding: latin-1\nname = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w']", ["bad-coding"]),
        ("\ufeffname = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w']\n# \xe9", []),
        ("name = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,rw', 'phy:b,xvdb,ro']", ["xl-mode", "xl-mode"]),
        ("name = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,W']", ["bad-disk"]),
        ("name = 'a'\nmemory = 1\ndisk = [ 'phy:a,xvda,w'\nvif = ['']", ["syntax"]),
        ("name = 'a\nmemory = 1\ndisk = [ 'phy:a,xvda,w' ]", ["syntax"]),
        (" name = 'a'\nmemory = 1\ndisk = [ 'phy:a,xvda,w' ]", ["syntax"]),
        ("name = 'a'\nmemory = 512MB\ndisk = [ 'phy:a,xvda,w' ]", ["syntax"]),
        ("name = 'a'\nmemory: int = 5\ndisk = [ 'phy:a,xvda,w' ]", ["syntax"]),
        ("name = 'a'\nmemory\xa0= 5\ndisk = [ 'phy:a,xvda,w' ]", ["syntax"]),
    ],
)
def test_problems(text: str, expected: list[str]) -> None:
    assert variants(text) == expected


def test_python_does_not_read_utf_16() -> None:
    text = "name = 'a'\nmemory = 1\ndisk = ['phy:a,xvda,w']\n"
    found = parse_xm(Source("a.xm", text.encode("utf-16")))
    assert [problem.variant for problem in found.problems] == ["bad-coding"]


def test_facts_survive_a_bracket_that_is_never_closed() -> None:
    config = xm("name = 'a'\ndisk = [ 'phy:a,xvda,w'\nvif = [ 'mac=00:16:3e:00:00:01' ]\nmemory = 512\n")
    assert isinstance(config.fact("disk"), Unknown)
    assert not config.disks_known
    assert config.vifs[0].mac == "00:16:3e:00:00:01"
    assert isinstance(config.number("memory"), Known)


def test_facts_survive_a_long_string_that_is_never_closed() -> None:
    config = xm("name = 'a'\nextra = '''TERM\nmemory = 512\n")
    assert isinstance(config.number("memory"), Known)
    assert isinstance(config.fact("extra"), Unknown)


def test_facts_survive_a_quote_that_is_never_closed() -> None:
    config = xm("name = 'a'\ndisk = [ 'phy:a,xvda,w ]\nmemory = 512\n")
    assert not config.disks_known
    assert isinstance(config.number("memory"), Known)


@pytest.mark.parametrize(
    "disk", ["[ ‘phy:/dev/a,xvda,w’ ]", "[ 'phy:/dev/a,xvda,w’ ]", "[ “phy:/dev/a,xvda,w” ]", '[ “phy:/dev/a,xvda,w" ]']
)
def test_curly_quotes_are_reported_and_read_through(disk: str) -> None:
    data = f'name = “nfs”\nmemory = 1\nextra = "it’s “so”"\ndisk = {disk}\n'.encode()
    config = xm(data)
    assert [problem.variant for problem in config.problems] == ["curly-quotes"]
    assert config.repaired
    assert config.disks[0].path == "/dev/a"
    assert data[config.disks[0].span.start : config.disks[0].span.end] == b"phy:/dev/a,xvda,w"
    assert {data[span.start : span.end].decode() for span in config.problems[0].related} <= set("“”‘’")
    assert isinstance(extra := config.fact("extra"), Known)
    assert extra.value == "it’s “so”"


def test_curly_quotes_within_strings_are_text() -> None:
    assert variants("# coding: utf-8\n" + GUIDE + "extra = 'a “b”'\n") == []


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ('name="a"', "a", "a"),
        ('name = "a"', "a", "a"),
        ('name="a" # web', "a # web", None),
        ("", "", None),
        ('  name = "a"', "a", "a"),
        ("name = 'a'\nname='b'", "a\nb", None),
        ('names="a"', "", None),
        ('name="a=b"', "b", "b"),
        ('name = "vm%d" % 3', "vm%d % 3", None),
        ('name="a"\r\n', "a\r", None),
        ("name\t=\t'a'", "a", "a"),
        ("name=[ 'a' ]", " a ", None),
        ("name", "name", "name"),
    ],
)
def test_the_name_as_the_agent_cuts_it_out(text: str, old: str, new: str | None) -> None:
    config = xm(text)
    assert config.agent_name(True) == old
    assert config.agent_name(False) == new


def test_vnc_passwords_are_secrets() -> None:
    config = xm("vncpasswd = 'hidden1'\nvfb = ['type=vnc,vncpasswd=hidden2']\npw = 'hidden3'\n")
    assert "hidden" not in repr(config)
    assert config.vfb[0].option("vncpasswd") == Secret("hidden2")
    assert config.fact("vncpasswd").value == Secret("hidden1")  # type: ignore[union-attr]


def test_every_occurrence_is_kept() -> None:
    config = xm("name = 'a'\nname = 'b'\n")
    assert [item.fact.value for item in config.assignments] == ["a", "b"]  # type: ignore[union-attr]
    assert isinstance(name := config.text("name"), Known)
    assert name.value == "b"


HEALTHY = [path for root in ("hasi", "pacemaker-1.0") for path in sorted(FIXTURES.joinpath(root).glob("xen/vm/*"))]


@pytest.mark.parametrize("path", HEALTHY, ids=lambda path: path.name)
def test_the_files_of_healthy_clusters(path: Path) -> None:
    data = path.read_bytes()
    config = xm(data)
    assert config.problems == ()
    assert config.disks_known
    assert config.vifs_known
    for disk in config.disks:
        assert data[disk.span.start : disk.span.end].decode() == disk.raw
