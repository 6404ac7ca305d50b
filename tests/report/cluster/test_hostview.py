"""What `show` says of the hosts, from side files of every kind."""

from __future__ import annotations

import pytest

from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.report.cluster.hostview import HostView, host_views

NODES = '<nodes><node id="1" uname="host1" type="normal"/><node id="2" uname="host2" type="normal"/></nodes>'


def views(**copies: str) -> tuple[HostView, ...]:
    """The views of a cluster in which each host has one file."""
    named = {"nodes.xml": NODES} | {f"nodes/{host}/file": text for host, text in copies.items()}
    read = [
        Read(parse_source(Source(name, text.encode()), name), "", name, walked=True) for name, text in named.items()
    ]
    (backup,) = gather(read)
    return host_views(Cluster(backup))


@pytest.mark.parametrize(
    ("text", "subject", "words"),
    [
        (
            "(xend-relocation-server yes)\n(dom0-min-mem 0)\n",
            "Xen",
            "dom0 gives no memory away; live migration on",
        ),
        ("(dom0-min-mem 512)\n", "Xen", "dom0 keeps 512 MiB; live migration off, as nothing turns it on"),
        ("(xend-relocation-server perhaps)\n", "Xen", "whether live migration is on is not told"),
        (
            "(network-script 'multi vncpasswd=geheim')\n",
            "Xen",
            "live migration off, as nothing turns it on; bridges by multi vncpasswd=••••",
        ),
        ("10.0.0.1 host1\n10.0.0.9 other\n", "Addresses", "host1 10.0.0.1"),
        (
            "O2CB_HEARTBEAT_THRESHOLD=31\nO2CB_HEARTBEAT_MODE=kernel\n",
            "O2CB",
            "dead after 60 s; members told by kernel",
        ),
        ('defaults {\n features "1 queue_if_no_path"\n}\n', "Multipath", "I/O waits for ever when all paths are lost"),
        ('global {\n locking_type = 3\n}\ndevices {\n dir = "/dev"\n}\n', "LVM", "locking type 3"),
        ("server a\nserver 127.127.1.0\n", "Time", "from a; own clock"),
        (
            "engine {\n auto_metadata_backup = no\n}\nsysfs_devices {\n include = [ ]\n}\n",
            "EVMS",
            "manages nothing; metadata are not copied at each change",
        ),
        (
            "Last updated: now\nCurrent DC: host1 (1)\n2 Nodes configured\nOnline: [ host1 host2 ]\n"
            "Failed actions:\n    nfs_start_0 (node=host1, call=2, rc=1): complete\n",
            "Seen running",
            "now; host1 online, host2 online; DC host1; failed: nfs start",
        ),
    ],
)
def test_words(text: str, subject: str, words: str) -> None:
    assert views(host1=text) == (HostView(subject, words, ("host1",)),)


def test_equal_files_share_a_line_and_others_stand_out() -> None:
    one, two = "(dom0-min-mem 512)\n", "(dom0-min-mem 1024)\n"
    found = views(host1=one, host2=two, host3=one)
    assert [(view.words.partition(";")[0], view.hosts) for view in found] == [
        ("dom0 keeps 512 MiB", ("host1", "host3")),
        ("dom0 keeps 1024 MiB", ("host2",)),
    ]


def test_of_many_names_the_first_are_shown() -> None:
    maps = "".join(f" multipath {{\n wwid {number}\n alias m{number}\n }}\n" for number in range(20))
    (view,) = views(host1=f"multipaths {{\n{maps}}}\n")
    assert view.words == "m0, m1, m2, m3, m4, m5, m6, m7 and 12 more"
