"""What a file is: formats.md 1.2 of the specification, with its examples of conflicts."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.sniff.classify import classify, is_excerpt


def kind_of(text: str | bytes, name: str = "file") -> Kind:
    data = text if isinstance(text, bytes) else text.encode()
    return classify(Source(name, data), name).kind


def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return buffer.getvalue()


XM = "name = 'nfs'\nmemory = 512\ndisk = [ 'phy:/dev/evms/san2/vm2,xvda,w' ]\nvif = [ 'mac=00:16:3e:32:8b:12', ]\n"
HA_CF = "# heartbeat\nkeepalive 2\ndeadtime 50\nnode host1 host2\ncrm true\n"
LVM = 'devices {\n    dir = "/dev"\n    filter = [ "r|.*|" ]\n}\nglobal {\n    locking_type = 1\n}\n'
EVMS = "engine {\n\tmode = readwrite\n}\nsysfs_devices {\n\tinclude = [ dm-1 ]\n\texclude = [ iseries!vcd* ]\n}\n"
MULTIPATH = """\
defaults {
	multipath_tool "/sbin/multipath -v0"
}
multipaths {
	multipath {
		wwid 36
		alias a
	}
}
"""
CRM_MON = """\
============
Last updated: Thu Jan  8 14:59:21 2009
Current DC: host1 (91275fec)
2 Nodes configured.
"""
OCFS2 = """\
node:
	ip_port = 7777
	ip_address = 192.168.1.1
	number = 0
	name = host1
	cluster = ocfs2

cluster:
	node_count = 2
"""
HOSTCACHE = "host1\t91275fec-a9f4-442d-9875-27e9b7233f33\t100\nhost2\td94a39a4-dcb5-4305-99f0-a52c8236380a\t100\n"
PRIMITIVE = '<primitive id="nfs" class="ocf" provider="heartbeat" type="Xen"/>\n'


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<cib><configuration/></cib>", Kind.CIB),
        (" \n<cib epoch='1'/>", Kind.CIB),
        ("\ufeff<cib/>", Kind.CIB),
        ('<?xml version="1.0"?>\n<!DOCTYPE cib SYSTEM "crm-1.0.dtd">\n<!-- <resources> -->\n<cib>', Kind.CIB),
        ('<!DOCTYPE cib [ <!ENTITY a "b"> ]>\n<cib>&a;</cib>', Kind.CIB),
        ("<configuration/>", Kind.CIB_SECTION),
        (" <resources>\n</resources>", Kind.CIB_SECTION),
        ("<constraints/>", Kind.CIB_SECTION),
        ("<crm_config/>", Kind.CIB_SECTION),
        ("<op_defaults/>", Kind.CIB_SECTION),
        (PRIMITIVE, Kind.CIB_FRAGMENT),
        (PRIMITIVE * 2, Kind.CIB_FRAGMENT),
        (f"{PRIMITIVE}<!-- and -->\n<rsc_order id='a'/>", Kind.CIB_FRAGMENT),
        ("<resources/><constraints/>", Kind.CIB_FRAGMENT),
        ("<group id='a'><primitive/></group>", Kind.CIB_FRAGMENT),
        (f"{PRIMITIVE}<other/>", Kind.OTHER_XML),
        ("<diff><diff-added/></diff>", Kind.CIB_DIFF),
        ("<cib_update_result/>", Kind.CIB_DIFF),
        ("<transition_graph/>", Kind.PE_GRAPH),
        ("<domain/>", Kind.OTHER_XML),
        ("<cibx/>", Kind.OTHER_XML),
        # damaged XML is XML all the same
        ('<cib><nvpair value="1.2/></cib>', Kind.CIB),
        ("<cib><configuration>", Kind.CIB),
        ("<cib epoch=1><a & b></cib>", Kind.CIB),
        ('<primitive id="a" class="ocf\n<primitive id="b"/>', Kind.CIB_FRAGMENT),
        ("cibadmin[1234]: 2009/01/08 info: starting\n<cib epoch='1'>\n <configuration/>\n</cib>\n", Kind.CIB),
        ("host1:~ # cibadmin -Q -o resources\n<resources>\n <primitive/>\n</resources>\nhost1:~ #\n", Kind.CIB_SECTION),
        (CRM_MON, Kind.CRM_MON),
        ("# xend\n(xend-relocation-server yes)\n", Kind.XEND),
        ("# -snip-\n(dom0-min-mem 1024)\n# -snip-\n(network-script a)\n", Kind.XEND),
        ("(domain (name a))", Kind.SXP_DOMAIN),
        ("(vm\n (name a))", Kind.SXP_DOMAIN),
        (XM, Kind.XM),
        (XM.replace("\n", "\r\n"), Kind.XM),
        (XM.replace("'", "’"), Kind.XM),
        (XM.encode("utf-16"), Kind.XM),
        ("import os\nname = 'a'\nif x:\n    y = 1\nkernel = '/boot/a'\n", Kind.XM),
        (OCFS2, Kind.OCFS2),
        (OCFS2.replace("\n\n", "\n"), Kind.OCFS2),
        (HA_CF, Kind.HA_CF),
        (HA_CF.replace("\n", "\r\n"), Kind.HA_CF),
        ("-snip-\nucast eth0 192.168.1.1# Other\nucast eth1 10.0.1.1# Other\n-snip-\n", Kind.HA_CF),
        ("auth 1\n1 sha1 abc\n", Kind.AUTHKEYS),
        ("# c\nauth 2\n2 crc\n", Kind.AUTHKEYS),
        ("auth 1\n", Kind.AUTHKEYS),
        ("logfacility local7\ndebugfile /var/log/ha-debug\nlogfile /var/log/ha-log\n", Kind.LOGD),
        ("logfacilitylocal7\ndebugfile /var/log/ha-debug\nlogfile/var/log/ha-log\n", Kind.LOGD),
        ("host1 192.168.1.5 apache\n", Kind.HARESOURCES),
        ("host1 Filesystem::/dev/a::/b \\\n  apache\n", Kind.HARESOURCES),
        (HOSTCACHE, Kind.HOSTCACHE),
        (HOSTCACHE.replace("\t100", ""), Kind.HOSTCACHE),
        (MULTIPATH, Kind.MULTIPATH),
        ('blacklist {\n devnode "^cciss!c[0-9]d[0-9]*"\n}\n', Kind.MULTIPATH),
        (EVMS, Kind.EVMS),
        (LVM, Kind.LVM),
        ("totem {\n\tversion: 2\n}\n", Kind.COROSYNC),
        ("O2CB_ENABLED=true\n# c\nO2CB_BOOTCLUSTER=ocfs2\n", Kind.O2CB),
        ('NTPD_INITIAL_NTPDATE=""\n', Kind.NTP_SYSCONFIG),
        ("export A_B=1\nC='d e'\n", Kind.SYSCONFIG),
        ("127.0.0.1 localhost\n::1 localhost\n192.168.1.1\thost1.domain host1 # c\n", Kind.HOSTS),
        ("server 127.127.1.0\nfudge 127.127.1.0 stratum 5\ndriftfile /var/lib/ntp/drift\n", Kind.NTP),
        ("/var/log/ha-debug {\n\tweekly\n\trotate 4\n}\n", Kind.LOGROTATE),
        (
            "Please edit this template and describe the issue or the problem you met in the end.\nBy: hb_report -f 2\n",
            Kind.HB_REPORT,
        ),
        (gzip.compress(b"<cib/>", mtime=0), Kind.ARCHIVE),
        (bz2.compress(b"<cib/>"), Kind.ARCHIVE),
        (lzma.compress(b"a"), Kind.ARCHIVE),
        (tar(), Kind.ARCHIVE),
        (b"PK\x03\x04abc", Kind.ARCHIVE),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", Kind.PRIVATE_KEY),
        ("-----BEGIN PRIVATE KEY-----\n", Kind.PRIVATE_KEY),
        (b"\x7fELF\0\0\0", Kind.BINARY),
        (b"<cib>\0</cib>", Kind.CIB),
        (b"a\0b", Kind.BINARY),
        (b"", Kind.EMPTY),
        (b" \r\n\t\n", Kind.EMPTY),
        (b"\xef\xbb\xbf", Kind.EMPTY),
        ("\n ".encode("utf-16"), Kind.EMPTY),
        ("<cib/>".encode("utf-16"), Kind.CIB),
    ],
)
def test_kinds_by_content_alone(text: str | bytes, kind: Kind) -> None:
    found = classify(Source("file", text if isinstance(text, bytes) else text.encode()), "file")
    assert found.kind is kind, found
    assert found.confidence >= 40
    assert found.rivals == ()
    assert found.reason


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        (XM, "nfs", Kind.XM),
        ("<resources></resources>", "resources.bak", Kind.CIB_SECTION),
        (HA_CF.replace("\n", "\r\n"), "ha.cf", Kind.HA_CF),
        (LVM, "lvm.conf.host2", Kind.LVM),
        ("#!/bin/sh\nname=a\ndisk=b\nkernel=c\n", "etc/xen/scripts/network", Kind.UNCLASSIFIED),
        ("<cib><configuration/></cib>", "from-the-gui", Kind.CIB),
        (PRIMITIVE, "xenvmnfs.xm", Kind.CIB_FRAGMENT),
        ("name = 'nfs'\nmemory = 512\n", "xen/vm/nfs", Kind.XM),
        ("name = 'nfs'\n", "nfs.xm", Kind.XM),
        ("name = 'nfs'\n", "notes", Kind.UNCLASSIFIED),
        ("ucast eth0 a\n", "ha.cf", Kind.HA_CF),
        ("ucast eth0 a\n", "notes", Kind.UNCLASSIFIED),
        (XM, "ha.cf", Kind.XM),
        (HA_CF, "nfs.xm", Kind.HA_CF),
        ("What is this?\n", "cib.xml", Kind.UNCLASSIFIED),
        ("", "cib.xml", Kind.EMPTY),
    ],
)
def test_the_name_only_tips_the_balance(text: str, name: str, kind: Kind) -> None:
    assert kind_of(text, name) is kind


README = f"""\
# Our cluster

These are the files of our cluster. Each domU has a file in `xen/vm` and a resource in the CIB.

```python
{XM}```

    keepalive 2
    deadtime 50
    node host1 host2

```xml
<cib>
</cib>
```
"""


PROSE = {
    "a README with fences": README,
    "a README without fences": README.replace("```", ""),
    "lines that begin like directives": "To add a node, edit ha.cf.\nnode host3 is the new one and it must be added by"
    " hand.\nkeepalive 2 is what we use everywhere in the house, do not change it.\n",
    "a shell script": "#!/bin/bash\nNAME=a\n",
    "a Python script": "#! /usr/bin/python\n" + XM,
    "prose around assignments": "The domU files are Python:\n\nname = 'nfs'\nmemory = 512\n\nwhere the disk is\n\n"
    "disk = [ 'phy:a,xvda,w' ]\n\nand the kernel is found\nby the boot loader\nwithin the domU\nitself.\n",
    "a mail": "<foo@example.com> wrote:\n> a\n",
    "prose that begins a line with a tag": "Remember:\n<primitive> is an element\nand <cib> the root\nof all things\n",
    "JSON": '{"a": 1}\n',
    "CSV": "a,b,c\n1,2,3\n",
    "a word": "Hello\n",
}


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
def test_prose_and_scripts_are_nothing_we_read(text: str) -> None:
    found = classify(Source("README.md", text.encode()), "README.md")
    assert found.kind is Kind.UNCLASSIFIED
    assert found.confidence < 40


def test_a_script_says_so() -> None:
    assert classify(Source("a", b"#!/bin/sh\n"), "a").reason == "a script"


@pytest.mark.parametrize(
    ("line", "kind"),
    [("#!/usr/bin/python", Kind.XM), ("#!/usr/bin/env python", Kind.XM), ("#!/bin/sh", Kind.UNCLASSIFIED)],
)
def test_a_domu_file_may_name_python_in_its_first_line(line: str, kind: Kind) -> None:
    text = f"{line}\nname = 'a'\nmemory = 512\ndisk = ['phy:a,xvda,w']\n"
    assert classify(Source("a", text.encode()), "etc/xen/vm/a").kind is kind


def test_two_kinds_that_fit_are_rivals() -> None:
    text = EVMS + LVM
    found = classify(Source("conf", text.encode()), "conf")
    assert {found.kind, *found.rivals} == {Kind.EVMS, Kind.LVM}


@pytest.mark.parametrize(
    "text",
    [
        "a\n-snip-\nb",
        "# -snip-\n",
        "-SNIP-",
        "--snip--",
        "<!-- -snip- -->",
        "–snip–",
        "....\n",
        "# ...\r\n",
        "  ...  ",
        "…",
        "[...]",
        "# [...]\n",
        "<!-- ... -->",
        "; ...",
    ],
)
def test_excerpts(text: str) -> None:
    assert is_excerpt(Source("a", text.encode()))
    assert is_excerpt(Source("a", text.encode("utf-16")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "wait ... and see",
        "# see below...",
        'filter = [ "r|...|" ]',
        "..",
        "# a parsnip-soup",
        'desc="[...]"',
    ],
)
def test_whole_files(text: str) -> None:
    assert not is_excerpt(Source("a", text.encode()))


HOSTILE = {
    "comments that never end": b"<!--" * 16_000,
    "declarations that never end": b"<?" * 32_000,
    "doctypes that never end": b"<!DOCTYPE [" * 6_000,
    "roots that never end": b"<primitive id='" * 4_000,
    "many roots": b"<nvpair/>" * 7_000,
    "many different roots": b"<op><node><lrm><group>" * 3_000,
    "blanks": b"name" + b" " * 60_000 + b"=",
    "blank lines before a tag": b"a\n" + b"\n" * 60_000 + b"<cib",
    "brackets": b"(" * 60_000,
    "dots": b"." * 60_000 + b"x",
    "a large CIB": b"<cib>" + b'<nvpair id="a" name="b" value="..."/>\n' * 100_000 + b"</cib>",
}


@pytest.mark.parametrize("cause", HOSTILE)
def test_hostile_files_are_classified_in_bounded_time(cause: str) -> None:
    source = Source("a", HOSTILE[cause])
    started = time.perf_counter()
    classify(source, "a")
    is_excerpt(source)
    assert time.perf_counter() - started < 2


SCRAPS = st.sampled_from(
    [
        "<cib",
        "<primitive",
        ">",
        "/>",
        "</",
        "<!--",
        "-->",
        "<?xml",
        "?>",
        "<!DOCTYPE",
        "name",
        "disk",
        "=",
        " ",
        "\n",
        "\r\n",
        "{",
        "}",
        "(",
        ")",
        "#",
        "auth 1",
        "1 sha1 a",
        "node",
        "keepalive 2",
        "::",
        "192.168.1.1",
        "host1",
        "\t",
        "\\",
        "-snip-",
        "...",
        "engine",
        "devices",
        "/var",
        "O2CB_A",
        "ä",
        "\0",
        "totem",
        ":",
        "\ufeff",
        '"',
        "'",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(SCRAPS, max_size=40).map("".join).map(str.encode),
        st.lists(SCRAPS, max_size=40).map(lambda scraps: "".join(scraps).encode("utf-16")),
    ),
    st.sampled_from(["a", "ha.cf", "x.xm", "etc/sysconfig/o2cb", "", "/"]),
)
def test_no_input_raises(data: bytes, name: str) -> None:
    found = classify(Source(name, data), name)
    assert 0 <= found.confidence <= 100
    assert found.kind not in found.rivals
    is_excerpt(Source(name, data))


@pytest.mark.parametrize("name", ["nodes/host1/etc/logd.cf", "etc/ha.d/ha_logd.cf"])
def test_a_logd_cf_with_a_directive_of_nobody_is_one_all_the_same(name: str) -> None:
    text = b"logfacility local7\nlogfile /var/log/ha-log\nlogrotate yes\n"
    assert classify(Source("a", text), name).kind is Kind.LOGD
    assert classify(Source("a", text), "notes.txt").kind is Kind.UNCLASSIFIED
