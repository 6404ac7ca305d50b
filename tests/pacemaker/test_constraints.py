"""What Pacemaker makes of orders, colocations and locations that the rules complain of."""

from __future__ import annotations

import signal

import pytest
from msgspec.structs import replace

from tests.pacemaker.lab import Cib, Lab

pytestmark = pytest.mark.pacemaker

ABORTED = -signal.SIGABRT
DEPRECATED = "crm_verify: Warnings found during check: config may not be valid"
"""All that 2.1.5 says about a score on rsc_order, where it wants a kind."""


def _dummy(name: str) -> str:
    return f'<primitive id="{name}" class="ocf" provider="pacemaker" type="Dummy"/>'


def _clone(name: str, *, interleave: bool = False) -> str:
    return (
        f'<clone id="{name}-clone"><meta_attributes id="{name}-meta"><nvpair id="{name}-interleave" name="interleave" '
        f'value="{str(interleave).lower()}"/></meta_attributes>{_dummy(name)}</clone>'
    )


WEB_AND_DB = _dummy("web") + _dummy("db")
GROUP = f'<group id="stack">{_dummy("ip")}{_dummy("web")}</group>'


# --- CIB604 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strength", ["", 'score="0"', 'score="INFINITY"'])
def test_cib604_an_order_of_a_resource_with_itself_kills_the_scheduler(lab: Lab, strength: str) -> None:
    bad = Cib(WEB_AND_DB, f'<rsc_order id="o" first="web" then="web" {strength}/>')
    assert "CIB604" in lab.codes(bad)
    assert lab.verify(bad).status == ABORTED
    assert lab.simulate(bad).status == ABORTED

    good = Cib(WEB_AND_DB, f'<rsc_order id="o" first="db" then="web" {strength}/>')
    assert "CIB604" not in lab.codes(good)
    assert lab.verify(good).words in ("", DEPRECATED)
    assert lab.simulate(good).runs_on == {"web": ("alder",), "db": ("birch",)}


@pytest.mark.parametrize("strength", ["", 'score="0"'])
def test_cib604_crm_verify_accepts_a_circle_that_cannot_be_carried_out(lab: Lab, strength: str) -> None:
    there, back = '<rsc_order id="o1" first="web" then="db" {}/>', '<rsc_order id="o2" first="db" then="web" {}/>'
    bad = Cib(WEB_AND_DB, there.format(strength) + back.format(strength))
    assert "CIB604" in lab.codes(bad)
    assert lab.verify(bad).words in ("", DEPRECATED)
    plan = lab.simulate(bad)
    assert "An invalid transition was produced" in plan.words
    assert plan.runs_on == {"web": (), "db": ()}

    good = Cib(WEB_AND_DB, there.format(strength))
    assert "CIB604" not in lab.codes(good)
    assert lab.simulate(good).runs_on == {"web": ("alder",), "db": ("birch",)}


def test_cib604_an_order_against_the_group_is_a_circle_as_well(lab: Lab) -> None:
    bad, good = (
        Cib(GROUP, f'<rsc_order id="o" first="{first}" then="{then}"/>')
        for first, then in (("web", "ip"), ("ip", "web"))
    )
    assert "CIB604" in lab.codes(bad)
    assert lab.verify(bad).status == 0
    assert lab.simulate(bad).runs_on == {"ip": (), "web": ()}

    assert "CIB604" not in lab.codes(good)
    assert lab.simulate(good).runs_on == {"ip": ("alder",), "web": ("alder",)}


def test_cib604_a_group_behind_its_own_member_is_never_started(lab: Lab) -> None:
    bad = Cib(GROUP, '<rsc_order id="o" first="ip" then="stack"/>')
    assert "neither ever starts" in lab.message(bad, "CIB604")
    assert lab.verify(bad).status == 0
    plan = lab.simulate(bad)
    assert "An invalid transition was produced" in plan.words
    assert plan.runs_on == {"ip": (), "web": ()}


@pytest.mark.parametrize(
    ("resources", "order", "code"),
    [
        pytest.param(GROUP, '<rsc_order id="o" first="stack" then="ip"/>', "CIB604", id="member behind its group"),
        pytest.param(
            _clone("ip"), '<rsc_order id="o" first="ip-clone" then="ip"/>', "CIB105", id="child behind its clone"
        ),
        pytest.param(
            _clone("ip"), '<rsc_order id="o" first="ip" then="ip-clone"/>', "CIB105", id="clone behind its child"
        ),
    ],
)
def test_cib604_other_orders_of_a_whole_and_its_part_are_as_if_they_were_not_there(
    lab: Lab, resources: str, order: str, code: str
) -> None:
    bad, without = Cib(resources, order), Cib(resources)
    assert lab.codes(bad) & {"CIB105", "CIB604"} == {code}
    assert ("it is ignored" if code == "CIB604" else "drops the constraint") in lab.message(bad, code)
    assert lab.simulate(bad).runs_on == lab.simulate(without).runs_on
    assert all(lab.simulate(bad).runs_on.values())
    assert "CIB604" not in lab.codes(without)


# --- CIB608 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("score", ["", 'score="0"'])
def test_cib608_a_colocation_without_score_does_nothing(lab: Lab, score: str) -> None:
    bad = Cib(WEB_AND_DB, f'<rsc_colocation id="c" rsc="web" with-rsc="db" {score}/>')
    assert "CIB608" in lab.codes(bad)
    assert (lab.verify(bad).status, lab.verify(bad).words) == (0, "")
    assert lab.simulate(bad).runs_on == {"web": ("alder",), "db": ("birch",)}

    good = Cib(WEB_AND_DB, '<rsc_colocation id="c" rsc="web" with-rsc="db" score="INFINITY"/>')
    assert "CIB608" not in lab.codes(good)
    assert lab.simulate(good).runs_on == {"web": ("alder",), "db": ("alder",)}


# --- CIB612, CIB701 --------------------------------------------------------------------------------------------------


def test_cib612_a_resource_banned_everywhere_stays_down_without_a_word(lab: Lab) -> None:
    one = '<rsc_location id="l1" rsc="web" node="alder" score="-INFINITY"/>'
    bad = Cib(WEB_AND_DB, one + one.replace("l1", "l2").replace("alder", "birch"))
    assert "CIB612" in lab.codes(bad)
    assert (lab.verify(bad).status, lab.verify(bad).words) == (0, "")
    assert lab.simulate(bad).runs_on == {"web": (), "db": ("alder",)}

    good = Cib(WEB_AND_DB, one)
    assert "CIB612" not in lab.codes(good)
    assert lab.simulate(good).runs_on["web"] == ("birch",)


def test_cib612_in_an_opt_in_cluster_a_resource_that_nothing_places_stays_down(lab: Lab) -> None:
    opt_in = (
        '<nvpair id="f" name="stonith-enabled" value="false"/><nvpair id="y" name="symmetric-cluster" value="false"/>'
    )
    bad, good = (
        Cib(_dummy("web"), constraint, opt_in)
        for constraint in ("", '<rsc_location id="l" rsc="web" node="birch" score="0"/>')
    )
    assert "CIB612" in lab.codes(bad)
    assert lab.verify(bad).status == 0
    assert lab.simulate(bad).runs_on == {"web": ()}

    assert "CIB612" not in lab.codes(good)
    assert lab.simulate(good).runs_on == {"web": ("birch",)}


def _uname_rule(identity: str, score: str) -> str:
    """What crm_resource of Pacemaker 1.0 writes to move a resource by hand."""
    return (
        f'<rsc_location id="{identity}-web" rsc="web"><rule id="{identity}-rule-web" score="{score}" boolean-op="and">'
        f'<expression id="{identity}-expr-web" attribute="#uname" operation="eq" value="alder" type="string"/>'
        f"</rule></rsc_location>"
    )


def test_cib701_after_a_move_by_hand_nothing_is_left_to_fail_over_to(lab: Lab) -> None:
    bad, good = Cib(_dummy("web"), _uname_rule("cli-standby", "-INFINITY")), Cib(_dummy("web"))
    assert "CIB701" in lab.codes(bad)
    assert lab.verify(bad).status == 0
    assert lab.simulate(bad).runs_on == {"web": ("birch",)}
    assert lab.simulate(replace(lab.settled(bad), standby=("birch",))).runs_on == {"web": ()}

    assert "CIB701" not in lab.codes(good)
    at_birch = lab.settled(replace(good, standby=("alder",)))
    assert lab.simulate(replace(at_birch, standby=("birch",))).runs_on == {"web": ("alder",)}


def test_cib701_a_preference_left_over_pulls_the_resource_back(lab: Lab) -> None:
    bad, good = Cib(_dummy("web"), _uname_rule("cli-prefer", "INFINITY")), Cib(_dummy("web"))
    assert "CIB701" in lab.codes(bad)
    for cib, then in ((bad, "alder"), (good, "birch")):
        sticky = replace(cib, options=cib.options + '<nvpair id="s" name="default-resource-stickiness" value="1000"/>')
        at_birch = lab.settled(replace(sticky, standby=("alder",)))
        assert lab.simulate(replace(at_birch, standby=())).runs_on == {"web": (then,)}


# --- CIB601, CIB602 --------------------------------------------------------------------------------------------------

STORAGE = '<rsc_order id="pool-after-dlm" first="dlm-clone" then="pool-clone" kind="Mandatory"/>'


def _stack(strength: str, *, interleave: bool) -> Cib:
    """A domU behind a clone behind a clone."""
    resources = _clone("dlm", interleave=interleave) + _clone("pool", interleave=interleave) + _dummy("web")
    order = f'<rsc_order id="web-after-pool" first="pool-clone" then="web" {strength}/>'
    return Cib(resources, STORAGE + order, schema="pacemaker-3.0")


def _when_birch_returns(lab: Lab, cib: Cib) -> tuple[str, ...]:
    """What is planned for the domU on alder when birch comes back from standby."""
    alone = lab.settled(replace(cib, standby=("birch",)))
    summary = lab.simulate(replace(alone, standby=())).summary
    assert "start pool:1 birch" in summary
    return tuple(change for change in summary if " web " in change)


@pytest.mark.parametrize(
    ("strength", "codes"), [("", {"CIB601", "CIB602"}), ('kind="Mandatory"', {"CIB602"})], ids=["no-score", "mandatory"]
)
def test_cib602_a_node_that_returns_restarts_the_domu_on_the_other(lab: Lab, strength: str, codes: set[str]) -> None:
    bad = _stack(strength, interleave=False)
    assert codes <= lab.codes(bad)
    assert lab.verify(bad).status == 0
    assert _when_birch_returns(lab, bad) == ("restart web alder",)


@pytest.mark.parametrize(
    ("strength", "interleave"),
    [('kind="Optional"', False), ('kind="Optional"', True), ('kind="Mandatory"', True)],
)
def test_cib602_an_advisory_order_or_interleave_restarts_nothing(lab: Lab, strength: str, interleave: bool) -> None:
    good = _stack(strength, interleave=interleave)
    assert not {"CIB601", "CIB602"} & lab.codes(good)
    assert lab.verify(good).status == 0
    assert _when_birch_returns(lab, good) == ()


def test_cib602_a_mandatory_order_behind_a_clone_without_others_below_restarts_nothing(lab: Lab) -> None:
    order = '<rsc_order id="web-after-pool" first="pool-clone" then="web" kind="Mandatory"/>'
    good = Cib(_clone("pool") + _dummy("web"), order, schema="pacemaker-3.0")
    assert "CIB602" not in lab.codes(good)
    assert _when_birch_returns(lab, good) == ()


def test_cib601_a_missing_score_is_mandatory_today_and_an_order_of_score_0_is_not(lab: Lab) -> None:
    """Without score a stop of the first stops the second, with 0 it does not."""
    stopped = '<primitive id="db" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="db-meta"><nvpair '
    stopped += 'id="db-role" name="target-role" value="Stopped"/></meta_attributes></primitive>'
    for strength, expected in (("", ()), ('score="0"', ("alder",))):
        order = f'<rsc_order id="o" first="db" then="web" {strength}/>'
        running = Cib(_dummy("web") + _dummy("db"), order)
        assert ("CIB601" in lab.codes(running)) == (not strength)
        assert lab.simulate(replace(lab.settled(running), resources=_dummy("web") + stopped)).runs_on["web"] == expected


def _after_pool(then: str, *, schema: str, interleave: bool = False, base: bool = False) -> Cib:
    """Something behind a clone without a score; with `base` the clone itself follows another."""
    resources = (_clone("base") if base else "") + _clone("pool", interleave=interleave) + then
    below = '<rsc_order id="low" first="base-clone" then="pool-clone"/>' if base else ""
    name = "web" if 'id="web"' in then else "top-clone"
    return Cib(resources, f'{below}<rsc_order id="o" first="pool-clone" then="{name}"/>', schema=schema)


@pytest.mark.parametrize("schema", ["pacemaker-1.0", "pacemaker-3.0"])
@pytest.mark.parametrize(
    ("then", "interleave", "base", "words", "restarted"),
    [
        (_dummy("web"), False, False, "runs only while pool-clone runs", ()),
        (_dummy("web"), False, True, "is restarted when an instance of pool-clone starts", ("pool:0", "web")),
        (_dummy("web"), True, True, "runs only while pool-clone runs", ()),
        (_clone("top", interleave=True), False, False, "follows the instance of pool-clone on its node", ()),
        (_clone("top"), False, False, "is restarted when an instance of pool-clone starts", ("top:0",)),
    ],
    ids=["a domU", "a clone behind a clone", "interleaved", "an interleaved clone", "a clone"],
)
def test_cib601_says_of_a_clone_what_the_scheduler_does(
    lab: Lab, schema: str, then: str, interleave: bool, base: bool, words: str, restarted: tuple[str, ...]
) -> None:
    cib = _after_pool(then, schema=schema, interleave=interleave, base=base)
    expected = "later releases make it mandatory" if schema == "pacemaker-1.0" and 'id="web"' in then else words
    assert expected in lab.message(cib, "CIB601")
    joins = replace(lab.settled(replace(cib, standby=("birch",))), standby=())
    again = tuple(line.split()[1] for line in lab.simulate(joins).summary if line.startswith("restart"))
    assert again == restarted


@pytest.mark.parametrize("attribute", ["score", "kind"])
def test_cib601_an_empty_strength_is_refused(lab: Lab, attribute: str) -> None:
    cib = Cib(WEB_AND_DB, f'<rsc_order id="o" first="db" then="web" {attribute}=""/>', schema="pacemaker-3.0")
    assert "refuses the whole CIB" in lab.message(cib, "CIB601")
    assert f"Invalid attribute {attribute} for element rsc_order" in lab.verify(cib).words


RUNS = (
    '<lrm_resource id="ip" type="Dummy" class="ocf" provider="pacemaker"><lrm_rsc_op id="ip_last_0" operation="start" '
    'operation_key="ip_start_0" interval="0" call-id="5" rc-code="0" op-status="0" '
    'transition-key="1:1:0:aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa" '
    'transition-magic="0:0;1:1:0:aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"/></lrm_resource>'
)


def test_cib105_the_child_of_a_clone_is_unknown_until_an_instance_has_run(lab: Lab) -> None:
    ban = '<rsc_location id="l" rsc="ip" node="alder" score="-INFINITY"/>'
    fresh = Cib(_clone("ip"), ban, schema="pacemaker-3.0")
    assert "as long as no instance has run" in lab.message(fresh, "CIB105")
    assert "not a valid resource or tag" in lab.verify(fresh).words
    assert lab.simulate(fresh).runs_on == {"ip": ("alder", "birch")}
    known = replace(fresh, status=fresh.status.replace("<lrm_resources/>", f"<lrm_resources>{RUNS}</lrm_resources>", 1))
    assert "not a valid resource or tag" not in lab.verify(known).words
    assert lab.simulate(known).runs_on == {"ip": ("birch",)}
