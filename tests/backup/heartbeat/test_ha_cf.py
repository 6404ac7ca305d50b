"""ha.cf: formats.md 4 of the specification."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cibtools.backup.heartbeat.ha_cf import HaCf, parse_hacf
from cibtools.backup.lines.ha_directives import parse_time
from cibtools.backup.record.secret import MASK, Secret
from cibtools.backup.record.source import Source

GUIDE = """\
udpport 694 \t                # Default
use_logd on \t\t        # Need powerful logging
keepalive 2 \t                # Interval of the members checking each other
initdead 50 \t\t                # Patience for services starting up after boot
deadtime 50 \t\t        # Time to clarify a member host dead
deadping 50 \t\t        # Time to clarify ping host dead
autojoin none \t\t        # We add members manually only
crm true \t\t                # We want v2 configuration
coredumps true \t\t        # Useful
auto_failback off                # Prefer resources staying wherever they are
ucast eth0 192.168.1.2# Other member host to talk to (NIC1)
ucast eth1 10.0.1.2\t        # Other member host to talk to (NIC2)
node host1 host2\t        # Cluster member host names (hostnames - not FQDN)
ping 192.168.1.254 \t        # Ping node to talk to
apiauth evms uid=hacluster,root
respawn root /sbin/evmsd
"""


def hacf(text: str) -> HaCf:
    return parse_hacf(Source("ha.cf", text.encode()))


def variants(text: str) -> list[str]:
    return [problem.variant for problem in hacf(text).problems]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_guides_file(end: str) -> None:
    data = GUIDE.replace("\n", end).encode()
    found = parse_hacf(Source("ha.cf", data))
    assert found.problems == ()
    assert [node.text for node in found.nodes] == ["host1", "host2"]
    timers = (found.keepalive, found.warntime, found.deadtime, found.initdead, found.deadping)
    assert [timer.ms for timer in timers] == [2000, 25000, 50000, 50000, 50000]
    assert [timer.origin for timer in timers] == ["file", "derived", "file", "file", "file"]
    assert [(medium.kind, medium.interface, medium.peer) for medium in found.media] == [
        ("ucast", "eth0", "192.168.1.2"),
        ("ucast", "eth1", "10.0.1.2"),
    ]
    assert [node.text for node in found.ping_nodes] == ["192.168.1.254"]
    assert found.crm_mode == "full"
    assert [(item.user, item.path, item.program) for item in found.respawns] == [("root", "/sbin/evmsd", "evmsd")]
    assert [(item.name, item.uids, item.gids) for item in found.apiauth] == [("evms", ("hacluster", "root"), ())]
    assert [item.name for item in found.logging] == ["use_logd"]
    assert found.autojoin == "none"
    assert found.directives[3].line == 4
    for directive in found.directives:
        assert data[directive.span.start : directive.span.end].decode().startswith(directive.name)
        for option in directive.options:
            assert data[option.span.start : option.span.end].decode() == option.text


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2", 2000),
        ("1.5", 1500),
        (".5", 500),
        ("500ms", 500),
        ("500MS", 500),
        ("500msec", 500),
        ("2000us", 2),
        ("2000usec", 2),
        ("0", 0),
        ("30s", None),
        ("30sec", None),
        ("1min", None),
        ("", None),
        ("ms", None),
        (".", None),
        ("-1", None),
        ("²", None),
        ("9" * 400, None),
    ],
)
def test_times(text: str, ms: int | None) -> None:
    if ms is None and text == "9" * 400:
        assert parse_time(text) is not None
    else:
        assert parse_time(text) == ms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1000, 30000, 15000, 30000, 30000)),
        ("deadtime 5", (1000, 5000, 2500, 12000, 5000)),
        ("deadtime 8", (1000, 8000, 4000, 16000, 8000)),
        ("deadtime 10", (1000, 10000, 5000, 20000, 10000)),
        ("deadtime 11", (1000, 11000, 5500, 11000, 11000)),
        ("deadtime 10s", (1000, None, None, None, None)),
        ("deadtime 30 s", (1000, 30000, 15000, 30000, 30000)),
        ("deadtime 5\ndeadtime 20", (1000, 20000, 10000, 20000, 20000)),
        ("keepalive 500ms\nwarntime 3", (500, 30000, 3000, 30000, 30000)),
    ],
)
def test_timers_and_their_defaults(text: str, expected: tuple[int | None, ...]) -> None:
    found = hacf(text)
    timers = (found.keepalive, found.deadtime, found.warntime, found.initdead, found.deadping)
    assert tuple(timer.ms for timer in timers) == expected


def test_timers_know_where_they_come_from() -> None:
    found = hacf("deadtime 20\n")
    assert (found.keepalive.origin, found.deadtime.origin, found.initdead.origin) == ("default", "file", "derived")
    assert (found.deadtime.raw, found.deadtime.span is None) == ("20", False)
    assert hacf("").deadtime.origin == "default"


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("bcast eth0 eth1", [("bcast", "eth0"), ("bcast", "eth1")]),
        ("bcast eth0,eth1", [("bcast", "eth0"), ("bcast", "eth1")]),
        ("udp eth0", [("bcast", "eth0")]),
        ("serial /dev/ttyS0 /dev/ttyS1", [("serial", "/dev/ttyS0"), ("serial", "/dev/ttyS1")]),
        ("mcast eth0 225.0.0.1 694 1 0", [("mcast", "eth0")]),
        ("ucast eth0 ::1\nping a", [("ucast", "eth0")]),
        ("ucast", []),
        ("hbaping fc0", []),
    ],
)
def test_media(text: str, media: list[tuple[str, str]]) -> None:
    assert [(medium.kind, medium.interface) for medium in hacf(text).media] == media


def test_mcast_has_group_port_ttl_and_loop() -> None:
    medium = hacf("mcast eth0 225.0.0.1 694 1 0").media[0]
    assert (medium.group, medium.port, medium.ttl, medium.loop) == ("225.0.0.1", 694, 1, 0)


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("on", "full"),
        ("YES", "full"),
        ("1", "full"),
        ("manual", "minimal"),
        ("minimal", "minimal"),
        ("off", "off"),
        ("valgrind", "valgrind"),
        ("respawn", "respawn"),
        ("enable", "invalid"),
    ],
)
def test_crm_modes(word: str, mode: str) -> None:
    assert hacf(f"crm {word}").crm_mode == mode


@pytest.mark.parametrize("text", ["crm on\ncrm off", "crm off\ncrm on", "crm no\npacemaker yes", "crm on\ncrm maybe"])
def test_nothing_switches_crm_off_again(text: str) -> None:
    assert hacf(text).crm_mode == "full"


def test_without_the_directive_crm_is_off() -> None:
    assert hacf("").crm_mode == "off"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deadtimes 30", ["unknown"]),
        ("conn_logd_time 500ms", []),
        ("conn_logd_time 60", []),
        ("conn_logd_time 60s", ["invalid-time"]),
        ("conn_logd_time 0", ["invalid-time"]),
        ("keepalive 0", ["invalid-time"]),
        ("warntime 0", ["invalid-time"]),
        ("deadtime 0", []),
        ("baud 38400", []),
        ("baud 14400", ["invalid-value"]),
        ("auto_failback legacy", []),
        ("auto_failback On", []),
        ("auto_failback maybe", ["invalid-value"]),
        ("logfacility local7", []),
        ("logfacility none", []),
        ("logfacility local9", ["invalid-value"]),
        ("serial ttyS0", ["invalid-value"]),
        ("mcast6 eth0 ff02::1 694 1 0\nmcast6 eth1 ff02::1 694 1 0", ["later", "later"]),
        ("Deadtime 30", ["unknown"]),
        ("keepalive 2s", ["invalid-time"]),
        ("deadtime 30 s", ["invalid-time"]),
        ("use_logd maybe", ["invalid-value"]),
        ("crm enable", ["invalid-value"]),
        ("udpport 70000", ["invalid-value"]),
        ("autojoin all", ["invalid-value"]),
        ("ucast eth0", ["no-value"]),
        ("mcast eth0 225.0.0.1 694 5 0", ["invalid-value"]),
        ("mcast eth0 225.0.0.1 694", ["no-value"]),
        ("respawn root", ["no-value"]),
        ("respawn root evmsd", ["invalid-value"]),
        ("node", ["no-value"]),
        ("apiauth evms", ["no-value"]),
        ("apiauth evms root", ["no-value"]),
        ("udp eth0", ["udp"]),
        ("deadtime 30\ndeadtime 40", ["twice"]),
        ("node a\nnode b", []),
        ("ucast eth0 a\nucast eth0 b", []),
        ("apiauth a uid=b\napiauth a uid=c", ["twice"]),
        ("apiauth a uid=b\napiauth b uid=c", []),
        ("ucast eth0 a\nudpport 695", ["order"]),
        ("serial /dev/ttyS0\nudpport 695", []),
        ("udpport 695\nucast eth0 a", []),
        ("serial /dev/ttyS0\nbaud 9600", ["order"]),
        ("crm on\napiauth crmd uid=a", ["order"]),
        ("apiauth crmd uid=a\ncrm on", []),
        ("logfacilitylocal7", ["lost-blank"]),
        ("logfile/var/log/ha-log", ["lost-blank"]),
        ("bcast\xa0eth0", ["no-break-space"]),
        ("-snip-\nucast eth0 192.168.1.1# Other\n...\n[...]", []),
        ("# only a comment\n\n \t\n", []),
    ],
)
def test_problems(text: str, expected: list[str]) -> None:
    assert variants(text) == expected


def test_a_lost_blank_is_repaired() -> None:
    data = b"logfacilitylocal7\nlogfile/var/log/ha-log\n"
    found = parse_hacf(Source("ha.cf", data))
    assert found.repaired
    assert [(item.name, item.options[0].text) for item in found.logging] == [
        ("logfacility", "local7"),
        ("logfile", "/var/log/ha-log"),
    ]
    span = found.logging[0].options[0].span
    assert data[span.start : span.end] == b"local7"
    last = found.last("logfile")
    assert last is not None
    assert last.text == "/var/log/ha-log"
    assert found.last("debugfile") is None


def test_parameters_of_stonith_host_are_secrets() -> None:
    found = hacf("stonith_host * baytech 10.0.0.3 hidden\n")
    assert [option.text for option in found.all("stonith_host")[0].options] == ["*", "baytech", MASK, MASK]
    assert found.directives[0].options[3].secret == Secret("hidden")
    assert "hidden" not in repr(found)


def test_a_long_line_goes_on_as_a_new_one() -> None:
    found = hacf("node " + "a" * 5114 + "bcast eth0\n")
    assert [directive.name for directive in found.directives] == ["node", "bcast"]


SCRAPS = st.sampled_from(
    [
        "node",
        "deadtime",
        "ucast",
        "mcast",
        "apiauth",
        "crm",
        "respawn",
        "logfacility",
        "udpport",
        "stonith_host",
        " ",
        "\t",
        ",",
        "\n",
        "\r\n",
        "#",
        "eth0",
        "30",
        "30s",
        "1.5ms",
        "true",
        "uid=a,b",
        "/sbin/x",
        "\xa0",
        "ä",
        "²",
        "\0",
        "\f",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(SCRAPS, max_size=40).map("".join).map(str.encode),
        st.lists(SCRAPS, max_size=40).map(lambda scraps: "".join(scraps).encode("utf-16")),
    )
)
def test_no_input_raises(data: bytes) -> None:
    found = parse_hacf(Source("ha.cf", data))
    spans = [item.span for item in (*found.directives, *found.problems, *found.media, *found.nodes, *found.ping_nodes)]
    assert all(0 <= span.start <= span.end <= len(data) for span in spans)
