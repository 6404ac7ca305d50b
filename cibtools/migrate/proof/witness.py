"""What the restatement reads without a witness, so that `--verify` can say how far its verdict goes.

A witness is a pair of CIBs that differ in one construct alone, of which the policy engine of heartbeat 2.1.3 (January
2008) made different plans, and both of these the restatement repeats. The tests hold them, and what was tried here.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cibtools.cluster.derived.option import cluster_option, own_meta
from cibtools.cluster.model.cluster import Cluster


class Unwitnessed(Struct, frozen=True):
    """One construct, and how to tell that a cluster has it."""

    name: str
    """As a user writes it, and as the tests call it."""
    option: str = ""
    """The option of a resource."""
    cluster_option: str = ""
    """The option of the cluster."""
    value: str = ""
    """The only value without a witness; nothing if it is all of them."""


UNWITNESSED = (
    Unwitnessed("stonith-action", cluster_option="stonith-action"),
    Unwitnessed("start-failure-is-fatal", cluster_option="start-failure-is-fatal"),
    Unwitnessed("remove-after-stop", cluster_option="remove-after-stop"),
    Unwitnessed("symmetrical of an order"),
    Unwitnessed("interleave", option="interleave"),
    Unwitnessed("ordered of a clone", option="ordered"),
    Unwitnessed("notify", option="notify"),
    Unwitnessed("restart-type", option="restart-type"),
    Unwitnessed("target-role Master", option="target-role", value="master"),
)
"""Most change the order of actions only, which plans do not show; of others Pacemaker 2.1.5 makes something else."""


def without_witness(cluster: Cluster) -> tuple[str, ...]:
    """The constructs of a heartbeat-2.1 cluster for which no witness exists, by name."""
    return tuple(found.name for found in UNWITNESSED if any(_uses(cluster, found)))


def _uses(cluster: Cluster, found: Unwitnessed) -> Iterator[bool]:
    if found.cluster_option:
        yield cluster_option(cluster, found.cluster_option) is not None
    elif not found.option:
        yield any(not order.symmetrical for order in cluster.orders)
    for resource in cluster.all_resources if found.option else ():
        if found.option == "ordered" and not resource.is_clone:
            continue
        setting = own_meta(cluster, resource, found.option)
        yield setting is not None and found.value in ("", setting.value.strip().lower())
