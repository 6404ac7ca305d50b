"""What Pacemaker makes of fencing, operations and ids that the rules complain of."""

from __future__ import annotations

import pytest

from tests.pacemaker.lab import Cib, Lab

pytestmark = pytest.mark.pacemaker

DUMMY = '<primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/>'
FENCING_ON = '<nvpair id="f" name="stonith-enabled" value="true"/>'
REFUSED = "CIB did not pass schema validation"


def _board(node: str) -> str:
    return (
        f'<primitive id="board-{node}" class="stonith" type="external/ipmi"><instance_attributes id="ia-{node}">'
        f'<nvpair id="hostname-{node}" name="hostname" value="{node}"/></instance_attributes></primitive>'
    )


def _monitored(attributes: str, schema: str = "pacemaker-1.0") -> Cib:
    op = f'<operations><op id="web-op" name="monitor" interval="10s" {attributes}/></operations>'
    return Cib(DUMMY.replace("/>", f">{op}</primitive>"), schema=schema)


# --- fencing ---------------------------------------------------------------------------------------------------------


def test_cib402_with_fencing_on_and_no_device_nothing_is_started(lab: Lab) -> None:
    bad = Cib(DUMMY, options=FENCING_ON)
    assert "CIB402" in lab.codes(bad)
    assert "Resource start-up disabled since no STONITH resources have been defined" in lab.verify(bad).words
    assert lab.simulate(bad).runs_on == {"web": ()}

    good = Cib(DUMMY + _board("alder") + _board("birch"), options=FENCING_ON)
    assert "CIB402" not in lab.codes(good)
    assert lab.verify(good).status == 0
    assert lab.simulate(good).runs_on["web"] == ("alder",)


@pytest.mark.parametrize("uncovered", ["alder", "birch"])
def test_cib403_crm_verify_accepts_a_node_that_nothing_can_fence(lab: Lab, uncovered: str) -> None:
    bad = Cib(DUMMY + _board("birch" if uncovered == "alder" else "alder"), options=FENCING_ON)
    assert "CIB403" in lab.codes(bad)
    assert (lab.verify(bad).status, lab.verify(bad).words) == (0, "")
    assert lab.simulate(bad).runs_on["web"]

    good = Cib(DUMMY + _board("alder") + _board("birch"), options=FENCING_ON)
    assert "CIB403" not in lab.codes(good)
    assert (lab.verify(good).status, lab.verify(good).words) == (0, "")


# --- operations ------------------------------------------------------------------------------------------------------


def test_cib504_the_schema_refuses_disabled(lab: Lab) -> None:
    bad, good = _monitored('disabled="true"'), _monitored('enabled="false"')
    assert "CIB504" in lab.codes(bad)
    assert REFUSED in lab.verify(bad).words

    assert "CIB504" not in lab.codes(good)
    assert lab.verify(good).status == 0


def test_cib504_without_schema_the_disabled_monitor_goes_on(lab: Lab) -> None:
    bad, good = _monitored('disabled="true"', schema="none"), _monitored('enabled="false"', schema="none")
    assert "CIB504" in lab.codes(bad)
    assert "monitor web alder 10000" in lab.simulate(bad).operations

    assert "CIB504" not in lab.codes(good)
    assert "monitor web alder 10000" not in lab.simulate(good).operations
    assert lab.simulate(good).runs_on == {"web": ("alder",)}


# --- ids and references ----------------------------------------------------------------------------------------------


def test_cib101_the_schema_refuses_an_id_that_is_there_twice(lab: Lab) -> None:
    bad, good = Cib(DUMMY + DUMMY), Cib(DUMMY + DUMMY.replace("web", "mail"))
    assert "CIB101" in lab.codes(bad)
    assert "ID web redefined" in lab.verify(bad).words
    assert REFUSED in lab.verify(bad).words

    assert "CIB101" not in lab.codes(good)
    assert lab.verify(good).status == 0


def test_cib101_an_id_on_two_tags_is_refused_too(lab: Lab) -> None:
    location = '<rsc_location id="web" rsc="mail" node="alder" score="10"/>'
    bad = Cib(DUMMY + DUMMY.replace("web", "mail"), location)
    assert "CIB101" in lab.codes(bad)
    assert REFUSED in lab.verify(bad).words


@pytest.mark.parametrize("name", ["web:1", "1st-web", "web server", "-web", "wéb!"])
def test_cib102_the_schema_refuses_what_is_no_xml_id(lab: Lab, name: str) -> None:
    bad = Cib(DUMMY.replace("web", name))
    assert "CIB102" in lab.codes(bad)
    assert REFUSED in lab.verify(bad).words


@pytest.mark.parametrize("name", ["_web", "web.1", "web-1_a", "Wéb"])
def test_cib102_an_xml_id_is_accepted(lab: Lab, name: str) -> None:
    good = Cib(DUMMY.replace("web", name))
    assert "CIB102" not in lab.codes(good)
    assert lab.verify(good).status == 0


DANGLING = (
    '<rsc_location id="c" rsc="{name}" node="alder" score="-10"/>',
    '<rsc_order id="c" first="web" then="{name}"/>',
    '<rsc_colocation id="c" rsc="web" with-rsc="{name}" score="INFINITY"/>',
    '<rsc_order id="c"><resource_set id="s"><resource_ref id="web"/><resource_ref id="{name}"/></resource_set>'
    "</rsc_order>",
)


@pytest.mark.parametrize("constraint", DANGLING)
def test_cib103_the_schema_refuses_a_reference_to_nothing(lab: Lab, constraint: str) -> None:
    both = DUMMY + DUMMY.replace("web", "mail")
    bad, good = Cib(both, constraint.format(name="nail")), Cib(both, constraint.format(name="mail"))
    assert lab.message(bad, "CIB103").endswith("the schema of Pacemaker 1.0 refuses it")
    assert 'references an unknown ID "nail"' in lab.verify(bad).words
    assert REFUSED in lab.verify(bad).words

    assert "CIB103" not in lab.codes(good)
    assert lab.verify(good).status == 0


@pytest.mark.parametrize("constraint", DANGLING[:3])
def test_cib103_without_schema_the_constraint_is_dropped(lab: Lab, constraint: str) -> None:
    bad = Cib(DUMMY, constraint.format(name="nail"), schema="none")
    assert "CIB103" in lab.codes(bad)
    assert "Ignoring constraint 'c' because 'nail' is not a valid resource" in lab.verify(bad).words
    assert lab.simulate(bad).runs_on == {"web": ("alder",)}
