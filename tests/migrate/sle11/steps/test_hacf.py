"""What becomes of each line of ha.cf, and the configuration of the new stack that is made of it (M132, chapter 6)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec import structs

from cibtools.backup.lines.ha_directives import DIRECTIVES
from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.outcome import Migration
from cibtools.migrate.sle11.leftover import ASKED, DROPPED
from cibtools.migrate.sle11.steps.hacf import _MAPPED
from tests.migrate.lab import migrated, whole

OPENAIS, COROSYNC = Answers(stack=Stack.OPENAIS), Answers(stack=Stack.COROSYNC)
DUMMY = whole('<primitive id="p" $D/>')
BASE = "node n1 n2\ncrm on\ndeadtime 5\n"


def of(ha_cf: str, answers: Answers = OPENAIS, **others: str) -> Migration:
    """The migration of a small cluster with that ha.cf; further files by name, `_` for `.`."""
    files = {name.replace("_", "."): text for name, text in others.items()}
    return migrated(DUMMY, answers, {"ha.cf": ha_cf, **files})


def notes(migration: Migration) -> list[Note]:
    return [note for note in migration.notes if note.step == "M132"]


def about(migration: Migration, before: str) -> Note:
    """The one note about a line."""
    (note,) = (note for note in notes(migration) if note.before == before)
    return note


def questions(migration: Migration) -> str:
    return "\n".join(note.reason for note in notes(migration) if note.kind is ChangeKind.DECIDE)


def text(migration: Migration, name: str) -> str:
    (found,) = (file for file in migration.files if file.name == name)
    return found.data.decode()


def block(configuration: str, name: str) -> str:
    """The text of one block at the top level."""
    return configuration.partition(f"\n{name} {{\n")[2].partition("\n}\n")[0]


def interfaces(configuration: str) -> list[dict[str, str]]:
    """The keys of each interface."""
    found = []
    for part in configuration.split("\tinterface {\n")[1:]:
        lines = [line.strip() for line in part.partition("\n\t}\n")[0].splitlines()]
        found.append(dict(line.split(": ", 1) for line in lines if ": " in line and not line.startswith("#")))
    return found


# --- every line is told -----------------------------------------------------------------------------------------------


def test_every_directive_of_heartbeat_has_its_fate() -> None:
    own = {"respawn", "failfast", "logfile", "debugfile", "logfacility"}
    told = [*_MAPPED, *DROPPED, *ASKED, *own]
    assert set(told) == set(DIRECTIVES)
    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    ("line", "kind", "after"),
    [
        ("deadtime 5", ChangeKind.REWRITTEN, "token: 5000"),
        ("node n1 n2", ChangeKind.REWRITTEN, "expected-quorum-votes=2"),
        ("ucast eth1 10.0.0.1", ChangeKind.REWRITTEN, "ringnumber: 0"),
        ("bcast eth2 eth3", ChangeKind.REWRITTEN, "ringnumber: 1, ringnumber: 2"),
        ("use_logd yes", ChangeKind.REWRITTEN, "use_logd: yes"),
        ("respawn root /usr/lib/heartbeat/mgmtd -v", ChangeKind.REWRITTEN, "use_mgmtd: yes"),
        ("respawn root pingd", ChangeKind.REWRITTEN, "ocf:pacemaker:pingd"),
        ("respawn root evmsd", ChangeKind.REWRITTEN, "ocf:lvm2:clvmd"),
        ("keepalive 2", ChangeKind.DROPPED, ""),
        ("udpport 694", ChangeKind.DROPPED, ""),
        ("traditional_compression on", ChangeKind.DROPPED, ""),
        ("nonsense 1", ChangeKind.DROPPED, ""),
        ("watchdog /dev/watchdog", ChangeKind.DECIDE, ""),
        ("serial /dev/ttyS0", ChangeKind.DECIDE, ""),
        ("pacemaker respawn", ChangeKind.REWRITTEN, "service { name: pacemaker }"),
        ("mcast6 eth0 ff02::1 694 1 0", ChangeKind.DECIDE, ""),
        ("hbaping fc0", ChangeKind.DECIDE, ""),
        ("stonith baytech /etc/baytech", ChangeKind.DECIDE, ""),
        ("respawn hacluster /usr/lib/heartbeat/ipfail", ChangeKind.DECIDE, ""),
        ("respawn root /usr/local/bin/mine", ChangeKind.DECIDE, ""),
        ("respawn root", ChangeKind.DECIDE, ""),
    ],
)
def test_a_line_and_what_becomes_of_it(line: str, kind: ChangeKind, after: str) -> None:
    lines = [*BASE.splitlines(), "ucast eth1 10.0.0.1", "bcast eth2 eth3"]
    found = about(of("\n".join(dict.fromkeys((*lines, line))) + "\n"), line)
    assert (found.kind, found.after) == (kind, after)
    assert found.reason


def test_no_word_of_a_password_in_ha_cf() -> None:
    migration = of(BASE + "stonith_host * baytech 10.0.0.9 operator geheim\n")
    assert "geheim" not in "".join((note.before + note.reason) for note in notes(migration))
    assert any(note.before.startswith("stonith_host * ") for note in notes(migration))


def test_a_line_is_shown_where_it_stands() -> None:
    migration = of(BASE + "watchdog /dev/watchdog\n")
    change = migration.change(about(migration, "watchdog /dev/watchdog"))
    assert change.place is not None
    assert (change.place.location.path, change.place.location.line) == ("ha.cf", 4)
    assert change.subject == "ha.cf#watchdog"


@pytest.mark.parametrize("mode", ["crm off\n", "crm nonsense\n", ""])
def test_a_cluster_of_haresources_is_refused(mode: str) -> None:
    migration = of(f"node n1 n2\n{mode}bcast eth0\n")
    assert migration.blocked
    assert "haresources" in questions(migration)
    assert not of(f"node n1 n2\n{mode}bcast eth0\n", structs.replace(OPENAIS, accept=frozenset({"M132"}))).blocked


@pytest.mark.parametrize("mode", ["on", "yes", "true", "1", "respawn"])
def test_a_cluster_with_the_crm_is_not(mode: str) -> None:
    assert not of(f"node n1 n2\ncrm {mode}\nbcast eth0\n").blocked


def test_copies_that_differ_are_asked_about_and_their_peers_are_put_together() -> None:
    others = {"nodes/n1/etc/ha.d/ha.cf": BASE + "ucast eth0 10.0.0.2\n",
              "nodes/n2/etc/ha.d/ha.cf": BASE + "ucast eth0 10.0.0.1\n"}  # fmt: skip
    same = migrated(DUMMY, COROSYNC, others)
    assert "differ" not in questions(same)
    assert "memberaddr: 10.0.0.1" in text(same, "corosync.conf")
    assert "memberaddr: 10.0.0.2" in text(same, "corosync.conf")
    others["nodes/n2/etc/ha.d/ha.cf"] += "keepalive 3\n"
    other = migrated(DUMMY, COROSYNC, others)
    assert "nodes/n2/etc/ha.d/ha.cf and nodes/n1/etc/ha.d/ha.cf differ" in questions(other)
    assert {note.kind for note in notes(other) if note.before == "keepalive 3"} == {
        ChangeKind.DECIDE,
        ChangeKind.DROPPED,
    }


def test_nodes_that_only_one_side_knows() -> None:
    assert "heartbeat knows n1, n3" in questions(of("node n1 n3\ncrm on\nbcast eth0\n"))
    assert "heartbeat knows" not in questions(of("node N1 n2\ncrm on\nbcast eth0\n"))


# --- rings ------------------------------------------------------------------------------------------------------------

TWO_CARDS = BASE + "ucast eth1 10.0.1.1\nucast eth1 10.0.1.2\nucast eth0 192.168.1.1\nucast eth0 192.168.1.2\n"


def test_two_cards_with_both_peers_are_two_rings_in_the_order_of_the_file() -> None:
    """P-29: four media became two rings on one network, sorted as text, on adjacent ports with one group."""
    first, second = interfaces(text(of(TWO_CARDS), "openais.conf"))
    assert (first["ringnumber"], first["bindnetaddr"]) == ("0", "10.0.1.0")
    assert (second["ringnumber"], second["bindnetaddr"]) == ("1", "192.168.1.0")
    assert abs(int(first["mcastport"]) - int(second["mcastport"])) >= 2
    assert first["mcastaddr"] != second["mcastaddr"]
    assert "\n\trrp_mode: passive\n" in text(of(TWO_CARDS), "openais.conf")


def test_bcast_on_two_cards_keeps_both() -> None:
    """P-29: the second card was lost."""
    found = interfaces(text(of(BASE + "bcast eth0 eth1\n"), "openais.conf"))
    assert [ring["bindnetaddr"] for ring in found] == ["NETWORK-OF-eth0", "NETWORK-OF-eth1"]
    assert "broadcast" not in text(of(BASE + "bcast eth0 eth1\n"), "openais.conf")


def test_bcast_on_one_card_stays_broadcast() -> None:
    (ring,) = interfaces(text(of(BASE + "bcast eth0\n"), "openais.conf"))
    assert ring["broadcast"] == "yes"
    assert "mcastaddr" not in ring
    assert "multicast" not in questions(of(BASE + "bcast eth0\n"))
    assert "\n\trrp_mode: none\n" in text(of(BASE + "bcast eth0\n"), "openais.conf")


def test_mcast_keeps_group_port_and_ttl() -> None:
    configuration = BASE + "mcast eth0 225.0.0.1 694 2 0\nmcast eth1 225.0.0.1 694 1 0\n"
    first, second = interfaces(text(of(configuration), "openais.conf"))
    assert (first["mcastaddr"], first["mcastport"], first["ttl"]) == ("225.0.0.1", "694", "2")
    assert second["mcastaddr"] != "225.0.0.1"
    assert int(second["mcastport"]) == 696
    assert "Heartbeat used no multicast" not in questions(of(configuration))


def test_a_third_network_is_asked_about() -> None:
    migration = of(BASE + "bcast eth0 eth1 eth2\n")
    assert len(interfaces(text(migration, "openais.conf"))) == 2
    assert "eth2 got none" in questions(migration)


def test_no_network_at_all_is_asked_about() -> None:
    migration = of(BASE + "serial /dev/ttyS0\n")
    assert interfaces(text(migration, "openais.conf")) == []
    assert "no ring" in questions(migration)


def test_peers_in_two_networks_do_not_tell_one() -> None:
    migration = of(BASE + "ucast eth0 10.0.0.1\nucast eth0 10.0.9.2\n")
    assert "NETWORK-OF-eth0" in text(migration, "openais.conf")
    assert "such as" in text(migration, "openais.conf")
    assert "does not start" in questions(migration)


def test_names_in_place_of_addresses() -> None:
    assert "NETWORK-OF-eth0" in text(of(BASE + "ucast eth0 n1\nucast eth0 n2\n"), "openais.conf")


def test_addresses_of_all_members_do_without_multicast() -> None:
    migration = of(TWO_CARDS, COROSYNC)
    configuration = text(migration, "corosync.conf")
    assert "transport: udpu" in configuration
    assert "mcastaddr" not in configuration
    assert configuration.count("memberaddr:") == 4
    assert "multicast" not in questions(migration)


def test_a_member_without_address_needs_multicast() -> None:
    migration = of(BASE + "ucast eth0 10.0.0.2\n", COROSYNC)
    assert "udpu" not in text(migration, "corosync.conf")
    assert "Heartbeat used no multicast" in questions(migration)


# --- timing and logs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "token", "consensus", "asked"),
    [("deadtime 5", 5000, 6000, False), ("deadtime 10", 10000, 12000, False), ("deadtime 50", 10000, 12000, True),
     ("deadtime 1500ms", 1500, 1800, False), ("", 10000, 12000, True)],
)  # fmt: skip
def test_token_is_deadtime_up_to_ten_seconds(line: str, token: int, consensus: int, asked: bool) -> None:
    migration = of(f"node n1 n2\ncrm on\nbcast eth0\n{line}\n")
    assert f"\n\ttoken: {token}\n\tconsensus: {consensus}\n" in text(migration, "openais.conf")
    assert ("token timeout" in questions(migration)) is asked


def test_logs_as_ha_cf_has_them() -> None:
    migration = of(BASE + "logfile /var/log/ha-log\ndebugfile /var/log/ha-debug\nlogfacility local0\ndebug 1\n")
    logging = block(text(migration, "openais.conf"), "logging")
    for line in ("to_file: yes", "logfile: /var/log/ha-log", "to_syslog: yes", "syslog_facility: local0", "debug: on"):
        assert f"\t{line}\n" in logging
    assert about(migration, "debugfile /var/log/ha-debug").kind is ChangeKind.DECIDE
    assert about(migration, "logfile /var/log/ha-log").after == "logfile: /var/log/ha-log"


def test_corosync_calls_its_log_file_otherwise() -> None:
    assert "\n\tto_logfile: yes\n" in text(of(BASE + "logfile /var/log/x\n", COROSYNC), "corosync.conf")


def test_no_facility_means_no_syslog() -> None:
    migration = of(BASE + "logfacility none\n")
    assert "\n\tto_syslog: no\n" in text(migration, "openais.conf")
    assert "syslog_facility" not in text(migration, "openais.conf")
    assert about(migration, "logfacility none").after == "to_syslog: no"


def test_a_facility_that_corosync_does_not_know() -> None:
    migration = of(BASE + "logfacility user\n")
    assert "\n\tsyslog_facility: daemon\n" in text(migration, "openais.conf")
    assert "syslog facility user" in questions(migration)


def test_logs_through_the_daemon_are_those_of_its_file() -> None:
    migration = of(
        BASE + "use_logd yes\nlogfile /var/log/unused\n", logd_cf="logfile /var/log/mine\nlogfacility local3\n"
    )
    logging = block(text(migration, "openais.conf"), "logging")
    assert "\tlogfile: /var/log/mine\n" in logging
    assert "\tsyslog_facility: local3\n" in logging
    assert "\n\tuse_logd: yes\n" in text(migration, "openais.conf")
    assert about(migration, "logfile /var/log/unused").kind is ChangeKind.DROPPED


def test_crc_was_no_authentication() -> None:
    def reminders(keys: str) -> str:
        return "\n".join(found.text for found in of(BASE + "bcast eth0\n", authkeys=keys).reminders)

    assert "authenticates nobody" in reminders("auth 1\n1 crc\n")
    assert "authenticates nobody" not in reminders("auth 1\n1 sha1 geheim\n")
    assert "geheim" not in reminders("auth 1\n1 sha1 geheim\n")


def test_heartbeat_gets_nothing() -> None:
    migration = of(BASE, Answers())
    assert (migration.files, migration.reminders) == ((), ())


# --- corosync 3 -------------------------------------------------------------------------------------------------------


def test_corosync_3_itself_takes_the_form_for_later(tmp_path: Path) -> None:
    corosync = shutil.which("corosync") or next(iter(map(str, Path("/usr/sbin").glob("corosync"))), None)
    if corosync is None:
        pytest.skip("corosync is not installed")
    hosts = "10.0.1.1 n1\n10.0.1.2 n2\n192.168.1.1 n1\n192.168.1.2 n2\n"
    configuration = text(of(TWO_CARDS, COROSYNC, hosts=hosts), "corosync-3.conf")
    assert "two_node: 1" in configuration
    # It asks for a key and for an address of this very host, also if it only reads the file.
    key, path = tmp_path / "authkey", tmp_path / "corosync.conf"
    key.write_bytes(bytes(1024))
    here = configuration.replace("crypto_hash: sha256", f"crypto_hash: sha256\n\tkeyfile: {key}")
    here = here.replace("to_stderr: no", "to_stderr: yes").replace("addr: 10.0.1.1\n", "addr: 127.0.0.1\n")
    for content, status in ((here, 0), (here.replace("transport: knet", "transport: carrier-pigeon"), 8)):
        path.write_text(content)
        run = subprocess.run([corosync, "-t", "-c", str(path)], capture_output=True, text=True)
        assert run.returncode == status, run.stderr + run.stdout


def test_an_address_that_no_file_tells_is_to_be_filled_in() -> None:
    assert "ADDRESS-OF-n1-ON-eth1" in text(of(TWO_CARDS, COROSYNC), "corosync-3.conf")
