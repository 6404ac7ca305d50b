"""What a heartbeat-2.1 cluster means, written down plainly for a later scheduler: the yardstick of a migration's proof.

No engine reads the old language any more. So the cluster is not rewritten here but said again from its model: every
option in force is written out where it counts, rules are evaluated and become scores of nodes. None of it uses the
steps of the migration, which are what is to be judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lxml import etree

from cibtools.cluster.derived.option import cluster_option
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.value import parse_boolean
from cibtools.migrate.heartbeat.value import read_score
from cibtools.migrate.proof.restated_constraints import Constraints
from cibtools.migrate.proof.restated_resources import Resources
from cibtools.migrate.proof.restatement import Restatement

_PROPERTIES = ("symmetric-cluster", "stonith-enabled", "startup-fencing", "start-failure-is-fatal", "remove-after-stop")
_POLICIES = ("no-quorum-policy", "stonith-action")


def restated_cib(
    cluster: Cluster, attributes: Mapping[str, str], now: datetime, renames: Mapping[str, str]
) -> etree._Element:
    """Return a Pacemaker CIB that decides as heartbeat 2.1 would.

    Attributes are what every node has at that moment; renames maps resource ids that the new language does not take.
    """
    return _cib(Restatement(cluster, attributes, now, renames))


def _cib(text: Restatement) -> etree._Element:
    """The whole document without a status section."""
    cib = etree.Element("cib", {"admin_epoch": "0", "epoch": "1", "num_updates": "0"})
    cib.set("validate-with", "pacemaker-1.0")
    configuration = etree.SubElement(cib, "configuration")
    text.set(etree.SubElement(configuration, "crm_config"), "cluster_property_set", _properties(text.cluster))
    text.set(etree.SubElement(configuration, "rsc_defaults"), "meta_attributes", _defaults(text.cluster))
    nodes = etree.SubElement(configuration, "nodes")
    for node in text.cluster.nodes:
        made = etree.SubElement(nodes, "node", id=node.uname, uname=node.uname, type="normal")
        text.set(made, "instance_attributes", text.node_attributes(node))
    resources = etree.SubElement(configuration, "resources")
    for resource in text.cluster.resources:
        Resources(text).write(resources, resource)
    constraints = etree.SubElement(configuration, "constraints")
    Constraints(text).write(constraints)
    return cib


def _properties(cluster: Cluster) -> dict[str, str]:
    found = {"stonith-enabled": "false"}
    for name in _PROPERTIES:
        setting = cluster_option(cluster, name)
        value = parse_boolean(setting.value) if setting else None
        if value is not None:
            found[name] = str(value).lower()
    for name in _POLICIES:
        setting = cluster_option(cluster, name)
        if setting and setting.value.lower() in ("stop", "freeze", "ignore", "reboot", "poweroff"):
            found[name] = setting.value.lower()
    return found


def _defaults(cluster: Cluster) -> dict[str, str]:
    found = {}
    stickiness = cluster_option(cluster, "default-resource-stickiness")
    if stickiness:
        found["resource-stickiness"] = read_score(stickiness.value).text
    managed = cluster_option(cluster, "is-managed-default")
    if managed and parse_boolean(managed.value) is False:
        found["is-managed"] = "false"
    return found
