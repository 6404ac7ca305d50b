"""How plugins read their host lists."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary.plugin import Quality, find_plugin, intended_hosts, read_hosts


@pytest.mark.parametrize(
    ("kind", "raw", "names"),
    [
        ("ssh", "Host1, host2\tHOST3", ("host1", "host2", "host3")),
        ("null", ",host1,,host2,", ("host1", "host2")),
        ("meatware", "  ", ()),
        ("external/ssh", "host1,host2 Host3", ("host1", "host2", "Host3")),
        ("external/ipmi", "host1,host2", ("host1", "host2")),
        ("external/riloe", "host1,host2", ("host1,host2",)),
        ("external/riloe", "host1 host2", ("host1", "host2")),
        ("external/ibmrsa-telnet", "host1 host2", ("host1",)),
        ("external/vmware", "host1=vm1; host2=vm2;", ("host1", "host2")),
        ("external/vcenter", "host1=vm 1;host2", ("host1", "host2")),
        ("external/libvirt", "host1:dom1,host2", ("host1", "host2")),
        ("external/xen0", "host1:/opt/host1.cfg host2", ("host1", "host2")),
        ("rps10", "/dev/ttyS0 Host1 0 host2 1", ("host1", "host2")),
        ("external/sbd", "host1", ()),
    ],
)
def test_hosts_are_read_as_the_plugin_reads_them(kind: str, raw: str, names: tuple[str, ...]) -> None:
    assert read_hosts(find_plugin(kind, Dialect.HB2).reader, raw) == names


def test_the_later_ipmi_plugin_prints_its_list_as_it_is() -> None:
    assert read_hosts(find_plugin("external/ipmi", Dialect.P10).reader, "host1,host2") == ("host1,host2",)


def test_qualities() -> None:
    wanted = {
        "external/riloe": Quality.REAL,
        "ssh": Quality.TEST,
        "null": Quality.FAKE,
        "external/kdumpcheck": Quality.HELPER,
        "external/ours": Quality.CUSTOM,
        "fence_ipmilan": Quality.REAL,
        "fence_dummy": Quality.FAKE,
    }
    assert {kind: find_plugin(kind, Dialect.P11).quality for kind in wanted} == wanted


def test_intended_hosts_split_at_whatever_may_separate() -> None:
    assert intended_hosts("a,b;c d:1 e=2") == ("a", "b", "c", "d", "1", "e", "2")
