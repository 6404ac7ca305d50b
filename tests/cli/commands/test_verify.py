"""The proof, with the real scheduler."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import cli
from cibtools.cli.planning.simulator import Simulator

OLD = """<cib admin_epoch="0" epoch="1" num_updates="1"><configuration><crm_config>
<cluster_property_set id="o"><attributes>{properties}</attributes></cluster_property_set></crm_config>
<nodes><node id="u1" uname="n1" type="normal"/><node id="u2" uname="n2" type="normal"/></nodes><resources>
<primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/>{more}</resources>
<constraints>{constraints}</constraints></configuration><status/></cib>"""
NEW = """<cib validate-with="pacemaker-1.0" admin_epoch="0" epoch="1" num_updates="1"><configuration><crm_config>
<cluster_property_set id="o"><nvpair id="s" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="u1" uname="n1" type="normal"/><node id="u2" uname="n2" type="normal"/></nodes><resources>
<primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/>{more}</resources>
<constraints>{constraints}</constraints></configuration><status/></cib>"""
ALONE = {"more": "", "constraints": "", "properties": ""}


@pytest.fixture
def verify(tmp_path: Path, simulator: Simulator):  # noqa: ANN201 - a function
    def run(old: str, new: str) -> tuple[int, str]:
        paths = []
        for name, text in (("old", old), ("new", new)):
            path = tmp_path / f"{name}.xml"
            path.write_text(text)
            paths.append(str(path))
        result = CliRunner().invoke(cli, ["verify", *paths])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.output

    return run


@pytest.mark.pacemaker
def test_what_decides_the_same_is_proven(verify) -> None:  # noqa: ANN001
    status, output = verify(OLD.format(**ALONE), NEW.format(**ALONE))
    assert status == 0
    assert output.startswith("no difference: the same decisions in 6 situations (Pacemaker 2")
    assert "the scheduler of heartbeat 2.1 itself was not asked" in output
    assert "proven" not in output
    status, output = verify(NEW.format(**ALONE), NEW.format(**ALONE))
    assert status == 0
    assert output.startswith("proven: the same decisions in 6 situations (Pacemaker 2")


TEXT_RULE = (
    '<rsc_location id="l" rsc="a"><rule id="r" score="-INFINITY"><expression id="e" attribute="x" operation="lt" '
    'value="20"{}/></rule></rsc_location>'
)


@pytest.mark.pacemaker
def test_a_cause_is_named_only_if_the_difference_goes_away_without_it(verify, tmp_path: Path) -> None:  # noqa: ANN001
    """100 is less than 20 as a text. The clone without globally_unique raises a question of M082 that is no cause."""
    inner = '<primitive id="b" class="ocf" provider="heartbeat" type="Dummy"/>'
    more = f'<clone id="c" globally_unique="false">{inner}</clone>'
    order = '<rsc_order id="o" from="a" to="c" score="INFINITY"/>'
    old = OLD.format(**ALONE | {"more": more, "constraints": TEXT_RULE.format("") + order})
    path = tmp_path / "cib.xml"
    path.write_text(old)
    result = CliRunner().invoke(cli, ["migrate", str(path), "--verify", "-o", str(tmp_path / "result.xml")])
    assert result.exit_code == 1
    assert "because of M065" in result.output
    assert "because of M082" not in result.output


@pytest.mark.pacemaker
def test_what_somebody_changed_afterwards_is_not_blamed_on_the_migration(verify) -> None:  # noqa: ANN001
    new = NEW.format(**ALONE | {"constraints": '<rsc_location id="l" rsc="a" node="n1" score="-INFINITY"/>'})
    status, output = verify(OLD.format(**ALONE), new)
    assert status == 1
    assert "because of" not in output
    assert "no entry of the change log explains this" in output


@pytest.mark.pacemaker
def test_unrelated_clusters_are_said_to_be_unrelated(verify) -> None:  # noqa: ANN001
    status, output = verify(OLD.format(**ALONE), NEW.format(**ALONE).replace('id="a"', 'id="z"').replace("n1", "m1"))
    assert status == 1
    assert output.startswith("not compared: the two clusters are unrelated: 0 of 1 resources")


@pytest.mark.pacemaker
def test_what_is_left_out_is_told_with_the_reason(verify) -> None:  # noqa: ANN001
    more = "".join(f'<primitive id="p{n}" class="ocf" provider="heartbeat" type="Dummy"/>' for n in range(14))
    status, output = verify(OLD.format(**ALONE | {"more": more}), NEW.format(**ALONE | {"more": more}))
    assert status == 0
    assert "not tested: stopping 3 of 15 resources (the first 12 are tried)" in output


@pytest.mark.pacemaker
@pytest.mark.parametrize(
    ("old", "new"),
    [
        # Fencing was off in 2.1 unless it was switched on: with it on, 1.0 starts nothing without a device.
        ({}, {"remove": '<nvpair id="s" name="stonith-enabled" value="false"/>'}),
        ({"constraints": '<rsc_location id="l" rsc="a" node="n1" score="-INFINITY"/>'}, {}),
        ({"more": '<primitive id="b" class="ocf" provider="heartbeat" type="Dummy" target_role="stopped"/>'},
         {"more": '<primitive id="b" class="ocf" provider="heartbeat" type="Dummy"/>'}),
        ({"more": '<primitive id="b" class="ocf" provider="heartbeat" type="Dummy" is_managed="no"/>'},
         {"more": '<primitive id="b" class="ocf" provider="heartbeat" type="Dummy"/>'}),
        ({"more": '<clone id="c"><instance_attributes id="i"><attributes><nvpair id="x" name="clone_max" value="4"/>'
                  '<nvpair id="y" name="clone_node_max" value="2"/></attributes></instance_attributes>'
                  '<primitive id="b" class="ocf" provider="heartbeat" type="Dummy"/></clone>'},
         {"more": '<clone id="c"><meta_attributes id="i"><nvpair id="x" name="clone-max" value="1"/></meta_attributes>'
                  '<primitive id="b" class="ocf" provider="heartbeat" type="Dummy"/></clone>'}),
    ],
)  # fmt: skip
def test_what_decides_otherwise_is_told(verify, old: dict[str, str], new: dict[str, str]) -> None:  # noqa: ANN001
    result = NEW.format(**ALONE | new).replace(new.get("remove", "nothing"), "")
    status, output = verify(OLD.format(**ALONE | old), result)
    assert status == 1
    assert output.startswith("differences: ")
    assert "only " in output


@pytest.mark.pacemaker
def test_a_cib_that_the_scheduler_rejects_proves_nothing(verify) -> None:  # noqa: ANN001
    status, output = verify(NEW.format(**ALONE), NEW.format(**ALONE).replace('id="s"', 'id="1:s"'))
    assert status == 1
    assert "not proven: the scheduler does not take the CIB" in output


@pytest.mark.pacemaker
def test_the_old_language_as_the_new_side_is_refused(verify) -> None:  # noqa: ANN001
    status, output = verify(NEW.format(**ALONE), OLD.format(**ALONE))
    assert status == 2
    assert "is in the heartbeat 2.1 dialect" in output


def test_without_the_tool_nothing_is_proven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cibtools.cli.planning.simulator._PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "cib.xml"
    path.write_text(NEW.format(**ALONE))
    result = CliRunner().invoke(cli, ["verify", str(path), str(path)])
    assert result.exit_code == 1
    assert "not proven: crm_simulate not found" in result.output
