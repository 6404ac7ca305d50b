"""The sections of a CIB and the objects that each of them holds: the one list, read by everything that needs it.

Source: Pacemaker's RelaxNG of all releases, 1.0 to 4.0, and the DTD of heartbeat 2.1.
"""

from __future__ import annotations

SECTION_TAGS = (
    "crm_config",
    "nodes",
    "resources",
    "constraints",
    "rsc_defaults",
    "op_defaults",
    "status",
    "fencing-topology",
    "acls",
    "tags",
    "alerts",
)
"""The sections of a CIB that a file may hold alone, in the order in which files list them."""

CONFIGURED_TAGS = tuple(name for name in SECTION_TAGS if name != "status")
"""The sections below `configuration`."""

FRAGMENT_HOME = {
    "primitive": "resources",
    "group": "resources",
    "clone": "resources",
    "master_slave": "resources",
    "master": "resources",
    "bundle": "resources",
    "template": "resources",
    "rsc_location": "constraints",
    "rsc_order": "constraints",
    "rsc_colocation": "constraints",
    "rsc_ticket": "constraints",
    "cluster_property_set": "crm_config",
    "node": "nodes",
    "node_state": "status",
    "fencing-level": "fencing-topology",
    "acl_target": "acls",
    "acl_group": "acls",
    "acl_role": "acls",
    "acl_user": "acls",
    "tag": "tags",
    "alert": "alerts",
}
"""Where an object saved alone belongs; other bare objects have no home of their own."""

HOMELESS_TAGS = frozenset(
    ("instance_attributes", "meta_attributes", "utilization", "op", "operations", "nvpair", "lrm", "lrm_resources")
)
"""Parts of objects that files hold alone: nothing in them tells which object they belong to."""

EVERYDAY_TAGS = frozenset(("template", "tag", "alert"))
"""Objects whose names other XML uses too: only an id shows that a CIB is meant."""
