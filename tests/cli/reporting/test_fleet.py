"""`cibtools report --fleet`: a generated fleet, from backups to the overview with its links."""

from __future__ import annotations

import json
import re
import resource
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from click.testing import CliRunner, Result

from cibtools.cli.main import cli
from tests.conftest import REPO
from tests.fleet.generator import OCFS2, write_fleet

GIVEN = ("--from", "heartbeat-2.1.4", "--to", "sle-ha-11")


def report(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["report", *GIVEN, *map(str, arguments)])


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("fleet") / "all"
    write_fleet(top, 11)
    return top


@pytest.fixture(scope="module")
def told(fleet: Path) -> dict[str, Any]:
    result = report("--fleet", fleet, "--format", "json")
    assert result.exit_code == 2
    assert "M126" in result.stderr.splitlines()[1]
    found: dict[str, Any] = json.loads(result.stdout)
    jsonschema.validate(found, json.loads((REPO / "schemas/fleet.schema.json").read_text()))
    return found


def test_every_cluster_gets_the_verdict_that_its_own_report_has(told: dict[str, Any]) -> None:
    for one in told["clusters"][:3]:
        own = report(one["backup"], "--no-simulate", "--format", "json")
        assert one["verdict"] == json.loads(own.stdout)["verdict"]
    assert [one["verdict"] for one in told["clusters"]][:3] == ["NO-GO", "NO-GO", "GO WITH CONDITIONS"]
    last = told["clusters"][10]
    assert (last["verdict"], "no file of a cluster backup" in last["trouble"]) == ("NOT JUDGED", True)


def test_what_is_shared_drifts_and_waits_is_found(told: dict[str, Any]) -> None:
    assert told["shared"][0]["code"] == "M126"
    assert "c000" in told["shared"][0]["blocks"]
    by_name = {one["name"]: one for one in told["clusters"]}
    assert by_name["c004"]["copies"][0]["name"] == OCFS2.partition("host2/")[2]
    assert by_name["c003"]["copies"] == []
    since = by_name["c006"]["since"]
    assert (since["earlier"], since["differences"]) == ("2026-10-01", 1)
    assert since["told"] == ['cluster_property_set cibbootstrap: nvpair no-quorum-policy: "freeze" -> "stop"']
    assert told["waves"][0]["clusters"] == ["c002"]
    assert told["waves"][0]["window"] == by_name["c002"]["longest_evening"]
    assert {"c000", "c010"} <= set(told["in_no_wave"])


def test_links_lead_to_the_reports_and_nothing_is_replaced(fleet: Path, tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for name in ("c000", "c002"):
        (few / name).symlink_to(fleet / name)
    given = ("--fleet", few, "--reports", tmp_path / "reports", "-o", tmp_path / "fleet.html", "--jobs", 1)
    assert report(*given).exit_code == 1
    page = (tmp_path / "fleet.html").read_text()
    links = re.findall(r'href="([^"#]+)"', page)
    assert len(links) == 2
    for link in links:
        assert (tmp_path / unquote(link)).read_text().startswith("<!DOCTYPE html>")
    again = report(*given)
    assert (again.exit_code, "already" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "2026-01-01"),
        ("--fleet", "x", "fixtures/hasi"),
        ("--fleet", "x", "--since", "soon"),
        ("--fleet", "x"),
    ],
)
def test_options_that_cannot_be_meant(arguments: tuple[str, ...]) -> None:
    assert report(*arguments).exit_code == 2


@pytest.mark.slow
def test_500_backups_take_a_minute_of_two_processors(tmp_path: Path) -> None:
    write_fleet(tmp_path / "all", 500)
    begin = _spent()
    result = report("--fleet", tmp_path / "all", "--format", "json")
    assert len(json.loads(result.stdout)["clusters"]) == 500
    # Processor time, since others may be working on the machine that runs this.
    assert _spent() - begin <= 120


def _spent() -> float:
    """Seconds of processor time of this process and of those that it started."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
