"""What no rewriting can hide, and what later upgrades will say: each remark where it belongs, and nowhere else."""

from __future__ import annotations

import pytest

from tests.migrate.lab import migrated, whole

STONITH = '<nvpair id="s" name="stonith-enabled" value="{}"/>'
PLAIN = '<primitive id="a" $D/><primitive id="b" $D/>'
CLONES = (
    '<clone id="c" interleave="{}"><primitive id="a" $D/></clone><clone id="d"><primitive id="b" $D/></clone>'
    '<rsc_order id="o" from="d" to="c" score="0"/>'
)
PAIRED = (
    '<clone id="c" interleave="{0}"><primitive id="a" $D/></clone>'
    '<clone id="d" interleave="{0}"><primitive id="b" $D/></clone><rsc_order id="o" from="d" to="c" score="{1}"/>'
)
RULE = '<rsc_location id="l" rsc="a"><rule id="r" score="5">{}</rule></rsc_location>'
HERE = '<expression id="e" attribute="#uname" operation="eq" value="n1"/>'
ASYMMETRIC = '<nvpair id="t" name="symmetric-cluster" value="false"/>'
LOCATED = '<rsc_location id="l" rsc="a" node="n1" score="5"/>'
TIMED = (
    '<rsc_location id="l2" rsc="b"><rule id="r2" score="5"><expression id="e2" attribute="#uname" operation="eq" '
    'value="n1"/><date_expression id="d" operation="gt" start="2007-01-01"/></rule></rsc_location>'
)
UNMANAGED_FIRST = (
    '<clone id="c" is_managed="no"><primitive id="a" $D/></clone><clone id="d"><primitive id="b" $D/></clone>'
    '<rsc_order id="o" from="d" to="c" score="INFINITY"/>'
)
BANNED = PLAIN + (
    '<status><node_state id="u1" uname="n1"><transient_attributes id="u1"><instance_attributes id="i"><attributes>'
    '<nvpair id="f" name="fail-count-a" value="INFINITY"/></attributes></instance_attributes></transient_attributes>'
    "</node_state></status>"
)
MASTER = (
    '<master_slave id="m" globally_unique="false"><primitive id="a" class="ocf" provider="heartbeat" type="Stateful"/>'
    "</master_slave>"
)


AWAY = MASTER + '<primitive id="b" $D/><rsc_colocation id="k" from="b" to="m" {}/>'
CLONED = '<clone id="c"><primitive id="a" $D/></clone><primitive id="b" $D/>' + (
    '<rsc_colocation id="k" from="b" to="c" score="{}"/>'
)
OPERATION = '<primitive id="a" $D><operations><op id="o" name="{}" {}/></operations></primitive>'
LOOSE = '<group id="g" collocated="{}"><primitive id="a" $D/></group><primitive id="b" $D/>' + (
    '<rsc_colocation id="k" from="b" to="g" score="{}"/>'
)
INTERLEAVED = (
    '<clone id="c" interleave="{}"><primitive id="a" $D/></clone><clone id="d" {}><primitive id="b" $D/></clone>'
    '<rsc_colocation id="k" from="c" to="d" score="INFINITY"/>'
)


def _options(pairs: str) -> str:
    return f'<cluster_property_set id="x"><attributes>{pairs}</attributes></cluster_property_set>'


def said(text: str) -> tuple[list[str], list[str]]:
    """The first words of each remark, and its items."""
    found = migrated(whole(text))
    return (
        [f"{remark.text.partition(',')[0]}: {' '.join(remark.items)}" for remark in found.differences],
        [f"{remark.text}: {' '.join(remark.items)}" for remark in found.upgrades],
    )


@pytest.mark.parametrize(
    ("text", "word", "items"),
    [
        (_options(STONITH.format("true")) + PLAIN, "With stonith-enabled=true", ""),
        (PLAIN + '<rsc_colocation id="k" from="a" to="b" score="50"/>', "If the partner cannot run", "k"),
        (PLAIN + '<rsc_colocation id="k" from="a" to="b" score="-50"/>', "If keeping apart leaves no node", "k"),
        (CLONES.format("true"), "The two clones differ", "o"),
        ('<primitive id="a" $D is_managed="no"/>' + RULE.format(HERE), "The resource is unmanaged", "l"),
        (
            _options(STONITH.format("false") + ASYMMETRIC) + PLAIN + LOCATED,
            "In this asymmetric cluster no location",
            "b",
        ),
        (_options(ASYMMETRIC) + PLAIN + LOCATED + TIMED, "In this asymmetric cluster no location", "b"),
        (PAIRED.format("yes", "INFINITY"), "heartbeat 2.1 started an instance of the second clone", "o"),
        (UNMANAGED_FIRST, "The first clone is unmanaged. While it is stopped", "o"),
        (MASTER, "Before an instance stops", "m"),
        (MASTER.replace("><pr", ' target_role="master"><pr', 1), "With target-role=Master", "m"),
        (PLAIN.replace("$D", "$D target_role='slave'", 1), "Before an instance stops", "a"),
        (BANNED, "A fail-count of INFINITY bans a resource", "a on n1"),
        (AWAY.format("to_role='Master' score='-INFINITY'"), "The colocation keeps its resource away from a role", "k"),
        (
            PLAIN.replace("$D", "$D is_managed='no'", 1) + '<rsc_order id="o" from="b" to="a" score="INFINITY"/>',
            "What comes first is unmanaged. heartbeat 2.1 did not start what comes after it",
            "o",
        ),
        (
            "<group id='g'>" + PLAIN.replace("$D", "$D is_managed='no'", 1) + "</group>",
            "What comes first is unmanaged. heartbeat 2.1 did not start what comes after it",
            "g",
        ),
        (CLONED.format("-INFINITY").replace('id="c"', 'id="c" is_managed="no"'), "The clone is unmanaged", "k"),
        (CLONED.format("50"), "While an instance of the clone has no node", "k"),
        (OPERATION.format("monitor", "role='stopped' interval='10s'"), "heartbeat 2.1 never ran a monitor", "o"),
        (OPERATION.format("start", "on_fail='nothing'"), "After the error `not configured` (6)", "o"),
        (PLAIN.replace("$D", "$D resource_stickiness='-5'", 1), "A negative stickiness", "a"),
        (
            _options('<nvpair id="q" name="default_resource_stickiness" value="-INFINITY"/>') + PLAIN,
            "A negative stickiness",
            "rsc_defaults",
        ),
        (
            PLAIN + RULE.format('<date_expression id="d" operation="gt" start="2009-01-01"/>'),
            "Dates are looked at",
            "l",
        ),
    ],
)
def test_a_difference_that_stays_is_told(text: str, word: str, items: str) -> None:
    found = [line for line in said(text)[0] if line.startswith(word)]
    assert len(found) == 1
    assert found[0].rpartition(": ")[2] == items


@pytest.mark.parametrize(
    "text",
    [
        _options(STONITH.format("false")) + PLAIN,
        PLAIN + '<rsc_colocation id="k" from="a" to="b" score="INFINITY"/>',
        PLAIN + '<rsc_colocation id="k" from="a" to="b" score="-INFINITY"/>',
        CLONES.format("false"),
        '<primitive id="a" $D is_managed="yes"/>' + RULE.format(HERE),
        CLONED.format("INFINITY"),
        PAIRED.format("yes", "0"),
        PAIRED.format("no", "INFINITY"),
        PLAIN.replace("$D", "$D is_managed='no'", 1) + '<rsc_order id="o" from="a" to="b" score="INFINITY"/>',
        "<group id='g'><primitive id='a' $D/><primitive id='b' $D is_managed='no'/></group>",
        _options(STONITH.format("false") + ASYMMETRIC) + '<primitive id="a" $D/>' + RULE.format(HERE),
        OPERATION.format("monitor", "role='Started' interval='10s' on_fail='ignore'"),
        OPERATION.format("monitor", "role='stopped' interval='10s' disabled='1'"),
        _options(STONITH.format("false") + '<nvpair id="t" name="cluster_recheck_interval" value="5min"/>')
        + PLAIN
        + RULE.format('<date_expression id="d" operation="gt" start="2009-01-01"/>'),
    ],
)
def test_where_all_is_the_same_nothing_is_told(text: str) -> None:
    assert said(text)[0] == []


ORDER = '<rsc_order id="o" from="a" to="b" score="0"/>'
POWEROFF = _options(STONITH.format("false") + '<nvpair id="t" name="stonith_action" value="poweroff"/>')
REMOVING = _options(STONITH.format("false") + '<nvpair id="t" name="remove_after_stop" value="true"/>')

FENCED = _options(STONITH.format("false"))


def failing(name: str, word: str) -> str:
    """A resource with an operation, and what its failure is answered with."""
    op = f'<op id="o" name="{name}" interval="{10 if name == "monitor" else 0}" on_fail="{word}"/>'
    return f'<primitive id="a" $D><operations>{op}</operations></primitive>'


@pytest.mark.parametrize(
    ("text", "word", "items"),
    [
        (PLAIN + ORDER, "Pacemaker 2.x wants `kind`", "o"),
        (POWEROFF + PLAIN, "stonith-action=poweroff", ""),
        (REMOVING + PLAIN, "remove-after-stop=true", ""),
        (FENCED + failing("monitor", "fence"), "With stonith-enabled=false Pacemaker reads on-fail=fence as stop", "o"),
        (failing("stop", "stop"), "Pacemaker 2.x takes no on-fail=stop for a stop", "o"),
        ('<primitive id="a" $D restart_type="restart"/>', "These options", "restart-type (a-restart-type)"),
        ('<primitive id="f" class="stonith" type="external/ipmi"/>', "Plugins called external/…", "f"),
        (MASTER, "Pacemaker 2.x makes a promotable clone", "m"),
        (LOOSE.format("no", "INFINITY"), "The colocation is mandatory, but the group", "k"),
        (INTERLEAVED.format("yes", 'clone_node_max="2"'), "The two clones have different numbers of instances", "k"),
    ],
)
def test_what_an_upgrade_will_say_is_told(text: str, word: str, items: str) -> None:
    (found,) = (line for line in said(text)[1] if line.startswith(word))
    assert found.rpartition(": ")[2] == items


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        _options(STONITH.format("false")) + failing("stop", "block"),
        _options(STONITH.format("false")) + failing("monitor", "stop"),
        _options(STONITH.format("false")) + failing("monitor", "fence").replace("<op ", '<op disabled="true" '),
    ],
)
def test_a_plain_cluster_needs_no_word(text: str) -> None:
    assert said(text) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        LOOSE.format("yes", "INFINITY"),
        LOOSE.format("no", "-INFINITY"),
        INTERLEAVED.format("no", 'clone_node_max="2"'),
        INTERLEAVED.format("yes", 'clone_node_max="1"'),
    ],
)
def test_a_colocation_that_can_be_carried_out_needs_no_word(text: str) -> None:
    assert not [line for line in said(text)[1] if "crm_verify calls it an error" in line]
