from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Document
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.secret_span import secret_spans


def secrets(data: bytes | str, kind: Kind = Kind.UNCLASSIFIED) -> list[str]:
    source = Source("a", data.encode() if isinstance(data, str) else data)
    document = Document(kind, source)
    if kind.is_cib:
        tree, defects, kind = parse_cib(source)
        document = Document(kind, source, tree, defects=defects)
    return [source.data[span.start : span.end].decode(source.encoding) for span in secret_spans(document)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<nvpair id="a" name="ilo_password" value="s1"/>', ["s1"]),
        ("<nvpair value='s 1'\n  id='a'\n  name='passwd'/>", ["s 1"]),
        ('<nvpair id="a" name="hostlist" value="host1"/>', []),
        ('<nvpair id="a" name="RI_LOGIN" value="admin"/>', []),
        ('<nvpair id="a" name="password" value=""/>', []),
        ('<nvpair id="a" name="password"/>', []),
        ('<nvpair id="a" name="password">s1</nvpair>', ["s1"]),
        ('<nvpair id="a" name="password"><!-- x -->s1</nvpair>', ["<!-- x -->s1"]),
        ('<nvpair id="a" name="ip">s1</nvpair>', []),
        ('<nvpair id="a" name="password" valu="s1"/>', ["s1"]),
        ('<primitive id="p" passwd="s1"><!-- ilo_password=s2 --></primitive>', ["s1", "s2"]),
        ('<a><nvpair id="ü" name="community" value="ö1"/><nvpair id="b" name="secret" value="s2"/></a>', ["ö1", "s2"]),
    ],
)
def test_in_a_cib(text: str, found: list[str]) -> None:
    assert secrets(text, Kind.CIB_FRAGMENT) == found


def test_in_xml_that_cannot_be_parsed() -> None:
    assert secrets('<a <nvpair id="a" name="ilo_password"\n value="s1"/> <nvpair name="x" value="y">') == ["s1"]
    assert secrets("<nvpair name=“password” value=“s1”") == ["s1"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vncpasswd = 's1'\nname = 'x'\n", ["s1"]),
        ("vfb = [ 'type=vnc,vncpasswd=s1,keymap=de' ]", ["s1"]),
        ("# old: password=s1", ["s1"]),
        ("extra = 'root=/dev/xvda pass=s1 quiet'", ["s1"]),
        ("stonith_host * ssh host1\nstonith_host h1 external/riloe host2 admin s1\n", ["host1", "host2 admin s1"]),
        ("auth 1\n1 sha1 s1 with blanks\n2 crc\n", ["s1 with blanks"]),
        ("(vncpasswd 's1')\n(dom0-min-mem 196)\n", ["s1"]),
        ("token: 3000\n", []),
        ("memory = 512\n", []),
    ],
)
def test_in_files_of_lines(text: str, found: list[str]) -> None:
    assert secrets(text) == found


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_in_any_encoding(encoding: str) -> None:
    assert secrets("# größer\nvncpasswd='gehäim'\n".encode(encoding)) == ["gehäim"]


@given(st.binary(max_size=300))
def test_spans_are_in_order_and_apart(data: bytes) -> None:
    spans = secret_spans(Document(Kind.UNCLASSIFIED, Source("a", b"password=" + data + b" passwd='x'")))
    assert all(one.end < two.start for one, two in pairwise(spans))
    assert all(0 <= span.start < span.end for span in spans)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<nvpair id="a" name="statusurl" value="http://admin:s1@localhost/s"/>', ["s1"]),
        ('<nvpair id="a" name="options" value="-u root -ps1 --password s2"/>', ["s1", "s2"]),
        ('<nvpair id="my-passwd" value="s1"/>', ["s1"]),
        ('<a description="the root password is s1"><!-- pin: s2 --></a>', ["the root password is s1", " pin: s2 "]),
        ('<primitive type="fence_mpath"><nvpair id="a" name="key" value="1"/></primitive>', []),
        ('<primitive type="fence_ipmilan"><nvpair id="a" name="key" value="s1"/></primitive>', ["s1"]),
    ],
)
def test_in_other_dress(text: str, found: list[str]) -> None:
    assert secrets(text, Kind.CIB_FRAGMENT) == found


def test_words_without_a_name_in_ha_cf() -> None:
    text = (
        "stonith external/riloe s1 s2\nstonith baytech /etc/ha.d/conf\n"
        "respawn root /bin/mon s3 -x --password s4 -ps5 /a\n"
        "respawn root /usr/lib/heartbeat/pingd -m 100 -d 5s\n# the password is s6\n"
        "respawn hacluster /bin/mon --token=s7\n"
    )
    found = secrets(text, Kind.HA_CF)
    assert [word for word in found if word.startswith("s")] == ["s1", "s2", "s3", "s4"]
    assert found[4:] == ["-ps5", " the password is s6", "--token=s7"]
