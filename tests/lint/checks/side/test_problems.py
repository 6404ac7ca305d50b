"""Every problem that a parser finds reaches the user, whichever side file it is in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from cibtools.backup.document import Backup
from cibtools.backup.reader import parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Finding


@pytest.fixture(scope="module")
def engine(repo: Path) -> Engine:
    return Engine(build_catalogue(load_tables(sorted((repo / "rules").glob("*.toml")))))


def lint(engine: Engine, files: dict[str, str]) -> tuple[Finding, ...]:
    documents = tuple(parse_source(Source(name, text.encode()), name) for name, text in files.items())
    return engine.run([Cluster(Backup(".", documents))]).findings


def told(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.variant) for finding in findings}


HA_CF = "keepalive 2\nbcast eth0 eth1\nnode host1 host2\ncrm on\n"


@pytest.mark.parametrize(
    ("name", "text", "code", "variant"),
    [
        ("ha.cf", HA_CF + "frobnicate yes\n", "HB105", "unknown"),
        ("ha.cf", "udpport 99999999\n" + HA_CF, "HB105", "invalid-value"),
        ("ha.cf", HA_CF + "udpport 695\n", "HB105", "order"),
        ("ha.cf", HA_CF.replace("keepalive 2", "keepalive soon"), "HB105", "invalid-time"),
        ("ha.cf", HA_CF + "ucast eth0\n", "HB105", "no-value"),
        ("ha.cf", HA_CF + "logfacilitylocal7\n", "HB105", "lost-blank"),
        ("authkeys", "auth 1\n2 sha1 abc\n", "HB201", "undefined"),
        ("cluster.conf", "cluster:\n\tnode_count = 4\n\tname = a\n", "STO201", "count"),
        ("multipath.conf", "multipaths {\n multipath {\n alias a\n }\n}\n", "STO402", "missing"),
        ("lvm.conf", 'devices {\n filter = [ "x|.*|" ]\n}\n', "CIB007", "bad-filter"),
        ("evms.conf", "engine {\n mode = readwrite\nsysfs_devices {\n include = [ a ]\n}\n", "CIB007", "not-closed"),
        ("xend-config.sxp", "(xend-relocation-server maybe)\n", "CIB007", "invalid-value"),
        ("hosts", "127.0.0.1 localhost\n1.2.3.4\n1.2.3.4 a\n", "CIB007", "no-name"),
        ("ntp.conf", "server a\nfudge 127.127.1.0 stratum 77\n", "CIB007", "invalid-value"),
        ("o2cb", "O2CB_ENABLED=true\nO2CB_IDLE_TIMEOUT_MS=soon\n", "CIB007", "invalid-value"),
        ("drbd.conf", "resource a {\n device /dev/drbd0;\n disk /dev/a;\n", "CIB007", "not-closed"),
    ],
)
def test_problems_become_findings(engine: Engine, name: str, text: str, code: str, variant: str) -> None:
    assert (code, variant) in told(lint(engine, {name: text}))


def test_copies_of_all_nodes_share_a_finding(engine: Engine) -> None:
    text = HA_CF + "frobnicate yes\n"
    files = {f"nodes/host{number}/etc/ha.d/ha.cf": text for number in (1, 2)}
    (finding,) = [found for found in lint(engine, files) if found.code == "HB105"]
    assert [note.message for note in finding.notes] == ["the same in this copy"]


def test_a_directive_of_heartbeat_3_is_a_mistake_under_2_1_only(engine: Engine) -> None:
    text = HA_CF.replace("crm on", "pacemaker respawn")
    old = "<crm_config><cluster_property_set id='a'><attributes/></cluster_property_set></crm_config>"
    new = "<cib validate-with='pacemaker-1.0'><configuration><crm_config/></configuration></cib>"
    assert ("HB105", "later") in told(lint(engine, {"ha.cf": text, "cib.xml": old}))
    assert not {"HB101", "HB105"} & {code for code, _ in told(lint(engine, {"ha.cf": text, "cib.xml": new}))}


@pytest.mark.parametrize("word", ["on", "yes", "true", "y", "1", "respawn", "manual"])
def test_the_crm_is_on(engine: Engine, word: str) -> None:
    files = {"ha.cf": HA_CF.replace("crm on", f"crm {word}"), "cib.xml": "<cib><configuration/></cib>"}
    assert "HB101" not in {code for code, _ in told(lint(engine, files))}


@pytest.mark.parametrize("line", ["crm off", "crm no", "crm 0", "", "crm no\ncrm off", "pacemaker off", "crm enable"])
def test_the_crm_is_off(engine: Engine, line: str) -> None:
    files = {"ha.cf": HA_CF.replace("crm on", line), "cib.xml": "<cib><configuration/></cib>"}
    assert "HB101" in {code for code, _ in told(lint(engine, files))}


def test_an_excerpt_proves_no_absence(engine: Engine) -> None:
    files = {
        "ha.cf": "-snip-\n" + HA_CF.replace("crm on\n", ""),
        "authkeys": "-snip-\n1 sha1 abc\n",
        "cib.xml": "<cib/>",
    }
    assert not {"HB101", "HB201"} & {code for code, _ in told(lint(engine, files))}
