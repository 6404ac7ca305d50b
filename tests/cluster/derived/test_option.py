"""Where the engines look for an option, and which of several values counts."""

from __future__ import annotations

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.option import cluster_option, is_managed, meta, stonith_enabled
from cibtools.cluster.model.cluster import Cluster


def cluster(text: str, dialect: Dialect | None = None) -> Cluster:
    source = Source("cib.xml", text.encode())
    tree, defects, kind = parse_cib(source)
    return Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)), dialect)


def old_set(tag: str, identity: str, name: str, value: str, score: str = "") -> str:
    extra = f' score="{score}"' if score else ""
    pair = f'<nvpair id="{identity}-1" name="{name}" value="{value}"/>'
    return f'<{tag} id="{identity}"{extra}><attributes>{pair}</attributes></{tag}>'


def value(text: str, option: str, identity: str = "a") -> str | None:
    found = cluster(text)
    resource = found.resource(identity)
    assert resource is not None
    setting = meta(found, resource, option)
    return setting.value if setting else None


ATTRIBUTE = 'target_role="started"'
META = old_set("meta_attributes", "m", "target_role", "stopped")
DASHED = old_set("meta_attributes", "m", "target-role", "stopped")
INSTANCE = old_set("instance_attributes", "i", "target_role", "master")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'<primitive id="a" class="ocf" type="X" {ATTRIBUTE}>{META}{INSTANCE}</primitive>', "started"),
        (f'<primitive id="a" class="ocf" type="X">{META}{INSTANCE}</primitive>', "stopped"),
        (f'<primitive id="a" class="ocf" type="X">{INSTANCE}</primitive>', "master"),
        (f'<clone id="c">{META}<primitive id="a" class="ocf" type="X"/></clone>', "stopped"),
        (f'<clone id="c">{META}<primitive id="a" class="ocf" type="X" target_role="#default"/></clone>', "stopped"),
        (
            f'<primitive id="a" class="ocf" type="X">{DASHED}</primitive>',
            None,
        ),
    ],
)
def test_heartbeat_looks_in_four_places(text: str, expected: str | None) -> None:
    assert value(text, "target-role") == expected


def test_heartbeat_falls_back_to_the_cluster_options() -> None:
    text = (
        old_set("cluster_property_set", "p", "is_managed_default", "false") + '<primitive id="a" class="ocf" type="X"/>'
    )
    found = cluster(text)
    resource = found.resource("a")
    assert resource is not None
    assert not is_managed(found, resource)


def test_pacemaker_reads_meta_attributes_and_defaults_only() -> None:
    pair = '<nvpair id="n{0}" name="target-role" value="{1}"/>'
    defaults = f'<rsc_defaults><meta_attributes id="d">{pair.format(1, "Stopped")}</meta_attributes></rsc_defaults>'
    instance = f'<instance_attributes id="i">{pair.format(2, "Started")}</instance_attributes>'
    text = f'{defaults}<primitive id="a" class="ocf" type="X">{instance}</primitive>'
    assert value(text, "target-role") == "Stopped"


SETS = old_set("cluster_property_set", "one", "stonith-enabled", "true") + old_set(
    "cluster_property_set", "two", "stonith-enabled", "false"
)
BOOTSTRAP = old_set("cluster_property_set", "cib-bootstrap-options", "stonith-enabled", "true") + old_set(
    "cluster_property_set", "two", "stonith-enabled", "false", "100"
)


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        (SETS, Dialect.HB2, False),
        (SETS, Dialect.P10, True),
        (SETS, Dialect.P11, False),
        (BOOTSTRAP, Dialect.HB2, True),
        (BOOTSTRAP, Dialect.P10, True),
        (old_set("cluster_property_set", "one", "stonith-enabled", "ture"), Dialect.HB2, False),
        (old_set("cluster_property_set", "one", "stonith-enabled", "ture"), Dialect.P10, True),
        (old_set("cluster_property_set", "one", "stonith_enabled", "true"), Dialect.HB2, True),
        (old_set("cluster_property_set", "one", "stonith_enabled", "false"), Dialect.P11, True),
        ("<crm_config/>", Dialect.HB2, False),
        ("<resources/>", Dialect.HB2, None),
    ],
)
def test_of_several_sets_the_right_one_counts(text: str, dialect: Dialect, expected: bool | None) -> None:
    assert stonith_enabled(cluster(text, dialect)) is expected


def test_four_options_of_heartbeat_have_underscores_only() -> None:
    text = old_set("cluster_property_set", "p", "dc-deadtime", "10s")
    assert cluster_option(cluster(text, Dialect.HB2), "dc-deadtime") is None
    text = old_set("cluster_property_set", "p", "dc_deadtime", "10s")
    assert cluster_option(cluster(text, Dialect.HB2), "dc-deadtime") is not None
