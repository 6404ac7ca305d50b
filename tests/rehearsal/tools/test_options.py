"""Which options exist where, as the sources of each release have it."""

from __future__ import annotations

import pytest

from cibtools.rehearsal.tools.options import Spelling, UnknownOptionError, parse, spelling


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ("heartbeat-2.1.3", "crm_resource -r web --meta -p target_role -v stopped"),
        ("heartbeat-2.1.3", "cibadmin -5 -x cib.xml"),
        ("heartbeat-2.1.3", "crm_verify -V -x cib.xml"),
        ("heartbeat-2.1.3", "ptest -X cib.xml -VV"),
        ("heartbeat-2.1.3", "crm_standby -U host1 -v on"),
        ("pacemaker-1.0.3", "crm_mon -1 -r -f"),
        ("pacemaker-1.0.3", "cibadmin -u -f"),
    ],
)
def test_an_option_that_the_release_has(release: str, line: str) -> None:
    tool, *words = line.split()
    assert parse(words, spelling(release, tool)).given


@pytest.mark.parametrize(
    ("release", "line", "option"),
    [
        ("heartbeat-2.0.7", "crm_resource -r web --meta -p target_role -v stopped", "--meta"),
        ("heartbeat-2.0.7", "cibadmin -5 -x cib.xml", "-5"),
        ("heartbeat-2.0.7", "crm_verify -V -x cib.xml", "-x"),
        ("heartbeat-2.1.3", "crm_mon -1 -r -f", "-f"),
        ("heartbeat-2.1.3", "cibadmin -u -f", "-u"),
    ],
)
def test_an_option_that_the_release_lacks_is_an_error(release: str, line: str, option: str) -> None:
    tool, *words = line.split()
    with pytest.raises(UnknownOptionError, match=f"^{option}$"):
        parse(words, spelling(release, tool))


def test_letters_are_read_as_getopt_reads_them() -> None:
    found = parse(["-VVo", "nodes", "-xfile", "left", "--node=n1"], Spelling("Vo:x:", ("node=",)))
    assert (found.get("o"), found.get("x"), found.get("node"), found.rest) == ("nodes", "file", "n1", ("left",))
    assert "V" in found
    with pytest.raises(UnknownOptionError, match="without a value"):
        parse(["-o"], Spelling("o:"))


def test_a_tool_that_the_release_lacks() -> None:
    with pytest.raises(UnknownOptionError, match="has no crm_shadow"):
        spelling("heartbeat-2.1.3", "crm_shadow")
