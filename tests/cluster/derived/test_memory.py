"""The memory budget: sums, capacities and who stays down."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.memory import Demand, Host, demands, total, worst_failure
from cibtools.cluster.model.cluster import Cluster


def test_total_keeps_the_unknown_apart() -> None:
    found = total([Demand("web", 768), Demand("nfs", 1024, hvm=True), Demand("odd", None)])
    assert (found.memory, found.overhead, found.need, found.unknown) == (1792, 24, 1816, ("odd",))


def test_capacity_leaves_room_for_domain_0_and_xen() -> None:
    assert Host("host1", 8192, 1024).capacity == 8192 - 1024 - 164
    assert Host("host1", 2048).capacity == 2048 - 196 - 64
    assert Host("host1", None, 1024).capacity is None
    assert Host("host1", 128).capacity == 0


def test_nothing_is_concluded_without_every_hosts_memory() -> None:
    assert worst_failure([Demand("web", 768)], [Host("host1", 8192), Host("host2", None)]) is None
    assert worst_failure([Demand("web", 768)], []) is None


def test_nine_gigabytes_do_not_fit_into_one_host_of_eight() -> None:
    domus = [Demand(f"vm{number}", 1024, priority=number) for number in range(9)]
    found = worst_failure(domus, [Host("host1", 8192, 512), Host("host2", 8192, 512)])
    assert found is not None
    assert found.missing == 9 * 1032 - (8192 - 512 - 164)
    assert (found.failed, found.remaining, found.down, found.never) == ("host1", ("host2",), ("vm0", "vm1"), ())


def test_the_larger_host_is_the_one_that_hurts() -> None:
    found = worst_failure([Demand("db", 5000)], [Host("big", 8192), Host("small", 4096)])
    assert found is not None
    assert (found.failed, found.down, found.never) == ("big", ("db",), ("db",))


def test_the_sum_may_fit_but_not_domu_by_domu() -> None:
    found = worst_failure(
        [Demand("a", 2400), Demand("b", 2400), Demand("c", 2400)], [Host(f"h{n}", 4400) for n in range(3)]
    )
    assert found is not None
    assert found.missing <= 0
    assert found.tight
    assert found.down == ("c",)
    assert found.never == ()


def test_a_ban_counts() -> None:
    hosts = [Host("host1", 8192), Host("host2", 8192)]
    found = worst_failure([Demand("web", 512, banned=frozenset({"host2"}))], hosts)
    assert found is not None
    assert (found.failed, found.down) == ("host1", ("web",))


def test_a_cluster_of_one_has_nothing_to_lose() -> None:
    found = worst_failure([Demand("web", 4096)], [Host("host1", 8192)])
    assert found is not None
    assert (found.failed, found.down, found.tight) == ("", (), False)


@given(st.lists(st.integers(64, 4096), max_size=12), st.lists(st.integers(1024, 16384), min_size=1, max_size=4))
def test_who_is_down_does_not_depend_on_the_order_of_inputs(sizes: list[int], memories: list[int]) -> None:
    domus = [Demand(f"vm{number:02}", size) for number, size in enumerate(sizes)]
    hosts = [Host(f"host{number}", memory) for number, memory in enumerate(memories)]
    assert worst_failure(domus, hosts) == worst_failure(domus[::-1], hosts[::-1])


def test_demands_are_what_the_cluster_itself_runs() -> None:
    def xen(name: str, option: str = "") -> str:
        return (
            f'<primitive id="{name}" class="ocf" provider="heartbeat" type="Xen" {option}>'
            f'<instance_attributes id="{name}-i"><attributes>'
            f'<nvpair id="{name}-1" name="xmfile" value="/vm/{name}.xm"/></attributes>'
            "</instance_attributes></primitive>"
        )

    memory = {
        "a": "memory = 512\nbuilder = 'hvm'",
        "b": "memory = 1",
        "c": "memory = mib(1)",
        "d": "",
        "e": "memory = '64'",
    }
    files = {f"vm/{name}.xm": f'name = "{name}"\n{text}\ndisk = []\n' for name, text in memory.items()}
    files["vm/by-hand.xm"] = 'name = "by-hand"\nmemory = 2048\ndisk = []\n'
    resources = xen("a", 'priority="5"') + xen("b", 'is_managed="false"') + xen("c") + xen("d") + xen("e")
    files["cib.xml"] = (
        '<configuration><crm_config/><nodes><node id="1" uname="n1" type="normal"/>'
        f'<node id="2" uname="n2" type="normal"/></nodes><resources>{resources}</resources>'
        '<constraints><rsc_location id="l" rsc="e"><rule id="r" '
        'score="-INFINITY"><expression id="x" attribute="#uname" operation="eq" value="n1"/></rule></rsc_location>'
        "</constraints></configuration>"
    )
    read = [parse_source(Source(path, text.encode()), path) for path, text in sorted(files.items())]
    (backup,) = gather(Read(document, "", document.path, walked=True) for document in read)
    assert demands(Cluster(backup)) == (
        Demand("a", 512, hvm=True, priority=5),
        Demand("c", None),
        Demand("d", 128),
        Demand("e", 64, banned=frozenset({"n1"})),
    )
