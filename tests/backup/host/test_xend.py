"""xend-config.sxp: formats.md 14 of the specification."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.host.xend import XendConfig, parse_xend
from cibtools.backup.reader import parse_source
from cibtools.backup.record.fact import ABSENT, Known, Truth, Unknown
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.secret_span import secret_spans
from tests.backup.side_files import check_spans, mangled, text_at

FULL = r"""# -*- sh -*-
(logfile /var/log/xen/xend.log)
(xend-http-server no)
(xend-unix-server yes)
(xend-tcp-xmlrpc-server no)
(xend-relocation-server yes)
(xend-relocation-port 8002)
(xend-relocation-address '')
(xend-relocation-hosts-allow '^localhost$ ^host[12]\\.domain\\.co\\.nz$')
(network-script "network-bridge netdev=eth0")# directly behind
(vif-script vif-bridge)
(dom0-min-mem 1024)
(dom0-cpus 0)
(enable-dump no)
(vnc-listen '127.0.0.1')
(vncpasswd 'geheim')
(xen-api-server ((9363 pam '^localhost$') (unix none)))
"""


def read(text: str) -> XendConfig:
    return parse_xend(Source("xend-config.sxp", text.encode()))


def value(fact: object) -> object:
    return fact.value if isinstance(fact, Known) else fact


def test_the_fixture(repo: Path) -> None:
    source = Source("xend-config.sxp", (repo / "fixtures/hasi/nodes/host1/etc/xen/xend-config.sxp").read_bytes())
    document = parse_source(source, "etc/xen/xend-config.sxp")
    assert document.kind is Kind.XEND
    found = document.content
    assert isinstance(found, XendConfig)
    assert isinstance(found.dom0_min_mem, Known)
    assert (found.dom0_min_mem.value, text_at(source, found.dom0_min_mem.span)) == (1024, "1024")
    assert value(found.network_script) == "multi-network-bridge"
    assert found.relocation_server is ABSENT
    assert (found.problems, found.extra) == ((), ())


def test_every_fact() -> None:
    found = read(FULL)
    assert (value(found.relocation_server), value(found.relocation_address)) == (True, "")
    assert value(found.dom0_min_mem) == 1024
    assert value(found.network_script) == "network-bridge netdev=eth0"
    assert found.relocation_patterns == ("^localhost$", r"^host[12]\.domain\.co\.nz$")
    assert [setting.name for setting in found.extra] == ["logfile", "xen-api-server"]
    assert found.problems == ()


def test_the_password_does_not_show() -> None:
    document = parse_source(Source("xend-config.sxp", FULL.encode()), "xend-config.sxp")
    assert isinstance(document.content, XendConfig)
    assert "geheim" not in repr(document.content.settings)
    assert [text_at(document.source, span) for span in secret_spans(document)] == ["geheim"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("(dom0-min-mem 1024)\n(dom0-min-mem 512)\n", ["twice"]),
        ("(dom0-min-mem lots)\n", ["invalid-value"]),
        ("(xend-relocation-server perhaps)\n", ["invalid-value"]),
        ("(network-script (a b))\n", ["invalid-value"]),
        ("(xend-relocation-port)\n", ["no-value"]),
        ("(dom0-min-mem 1024\n", ["not-closed"]),
        ("(dom0-min-mem 1024))\n", ["stray"]),
        ("(vif-script [vif])\n", ["stray", "stray"]),
        ("(vnc-listen '0.0.0.0)\n", ["torn-string", "not-closed"]),
        ("((a b) c)\n()\n", ["no-name", "no-name"]),
        ("(vnc-listen ‘0.0.0.0’)\n", ["curly-quote"]),
        ("(dom0–min–mem 196)\n", ["dash"]),
        ("(dom0-min-mem\N{NO-BREAK SPACE}196)\n", ["no-break-space"]),
        ("-snip-\n(dom0-min-mem 196)\n...\n", []),
    ],
)
def test_damage(text: str, problems: list[str]) -> None:
    assert sorted(problem.variant for problem in read(text).problems) == sorted(problems)


def test_the_first_of_a_name_counts_and_nonsense_is_unknown() -> None:
    assert value(read("(dom0-min-mem 1024)\n(dom0-min-mem 512)\n").dom0_min_mem) == 1024
    assert isinstance(read("(dom0-min-mem lots)").dom0_min_mem, Unknown)
    assert isinstance(read("(xend-relocation-server (yes))").relocation_server, Unknown)


def test_escapes() -> None:
    assert value(read(r"(network-script 'a\tb\x41\101\'\\\q')").network_script) == "a\tbAA'\\q"


@pytest.mark.parametrize(
    ("patterns", "host", "answer"),
    [
        ("", "anybody", Truth.YES),
        ("^host1$", "host1", Truth.YES),
        ("^host1$", "host10", Truth.NO),
        ("host", "host10", Truth.YES),
        ("^localhost$ ^10\\\\.0\\\\.1\\\\.", "10.0.1.2", Truth.YES),
        ("[", "host1", Truth.UNKNOWN),
        ("(a+)+$", "aaaa!", Truth.UNKNOWN),
        (".*.*.*.*x", "host1", Truth.UNKNOWN),
        ("^nobody$ (a|b)*", "host1", Truth.UNKNOWN),
        ("(a|b)* ^host1$", "host1", Truth.YES),
        ("a?" * 40 + "a" * 40, "a" * 40, Truth.UNKNOWN),
        ("(a|a)" * 40, "a" * 40, Truth.UNKNOWN),
        ("^nobody$ " * 101, "host1", Truth.UNKNOWN),
        (r"(?:host1|host2)\\.a?b?", "host2.b", Truth.YES),
    ],
)
def test_who_may_send(patterns: str, host: str, answer: Truth) -> None:
    assert read(f"(xend-relocation-hosts-allow '{patterns}')").admits(host) is answer


def test_every_host_may_send_if_the_file_does_not_say() -> None:
    assert read("(dom0-min-mem 1)").admits("anybody") is Truth.YES
    assert read("(xend-relocation-hosts-allow (a))").admits("anybody") is Truth.UNKNOWN


def test_patterns_and_depth_take_no_time() -> None:
    start = time.perf_counter()
    found = read(f"(xend-relocation-hosts-allow '{'a*' * 3}b')\n" + "(" * 200_000 + ")" * 200_000)
    assert found.admits("a" * 255) is Truth.NO
    assert time.perf_counter() - start < 5


@settings(max_examples=200, deadline=None)
@given(
    mangled("(", ")", "dom0-min-mem", "vncpasswd", "network-script", "\\", "\\x4", "[", ";", "xend-relocation-server")
)
def test_no_input_raises(data: bytes) -> None:
    source = Source("xend-config.sxp", data)
    found = parse_xend(source)
    check_spans(found, source)
    assert isinstance(found.admits("host1"), Truth)
