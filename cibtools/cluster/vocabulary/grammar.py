"""Which attributes and children each CIB element may have, dialect by dialect.

Small enough to read and quick to ask: what a rule needs to name a stray word. The schemas proper, with order and
number of elements, are XSDs. Facts from the crm-1.0 DTD and the heartbeat 2.1.3 engine, which reads more than its DTD
lists, and from Pacemaker's RelaxNG schemas 1.0 and 1.1 to 3.9.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary.option_table import meta_options


class ElementGrammar(Struct, frozen=True):
    """What one element may have."""

    attributes: frozenset[str]
    required: tuple[str, ...]
    """Attributes without which the schema rejects it, `id` among them."""
    children: frozenset[str]


_SETS = "instance_attributes meta_attributes"
_DATES = "id! hours monthdays weekdays months weeks weekyears years moon"
_RESOURCE = "id! description @options"
# Attributes, then children; `!` marks a required attribute, `@options` stands for every option of a resource.
_HB2: dict[str, tuple[str, str]] = {
    "cib": (
        "admin_epoch epoch num_updates num_peers cib-last-written cib_feature_revision crm_feature_set "
        "remote_access_port dc_uuid ccm_transition have_quorum ignore_dtd validate-with generated no-quorum-panic",
        "configuration status",
    ),
    "configuration": ("", "crm_config nodes resources constraints"),
    "crm_config": ("", "cluster_property_set"),
    "nodes": ("", "node"),
    "resources": ("", "primitive group clone master_slave"),
    "constraints": ("", "rsc_order rsc_colocation rsc_location"),
    "cluster_property_set": ("id! score", "rule attributes"),
    "instance_attributes": ("id! score", "rule attributes"),
    "meta_attributes": ("id! score", "rule attributes"),
    "attributes": ("", "nvpair"),
    "nvpair": ("id! name! value", ""),
    "node": ("id! uname! type! description", "instance_attributes"),
    "primitive": (f"class! type! provider {_RESOURCE}", f"operations {_SETS}"),
    "group": (_RESOURCE, f"primitive {_SETS}"),
    "clone": (_RESOURCE, f"primitive group {_SETS}"),
    "master_slave": (_RESOURCE, f"primitive group {_SETS}"),
    "operations": ("", "op"),
    # role_after_failure is read by the engine, though no DTD lists it.
    "op": (
        "id! name! description interval timeout start_delay disabled role prereq on_fail role_after_failure",
        _SETS,
    ),
    "rsc_order": ("id! from! to! action to_action type score symmetrical", "lifetime"),
    "rsc_colocation": ("id! from! to! score! from_role to_role symmetrical node_attribute", "lifetime"),
    "rsc_location": ("id! rsc! node score description", "lifetime rule"),
    "lifetime": ("id!", "rule"),
    # score_attribute_mangled likewise.
    "rule": ("id! role score score_attribute score_attribute_mangled boolean_op", "expression date_expression rule"),
    "expression": ("id! attribute! operation! value type", ""),
    "date_expression": ("id! operation start end", "date_spec duration"),
    "date_spec": (f"{_DATES} yeardays seconds minutes", ""),
    "duration": (f"{_DATES} yeardays seconds minutes days", ""),
}
_NVSET = ("id! id-ref score", "rule nvpair")
_P10: dict[str, tuple[str, str]] = {
    "cib": (
        "admin_epoch epoch num_updates validate-with crm_feature_set remote-tls-port remote-clear-port have-quorum "
        "dc-uuid cib-last-written no-quorum-panic",
        "configuration status",
    ),
    "configuration": ("", "crm_config rsc_defaults op_defaults nodes resources constraints"),
    "crm_config": ("", "cluster_property_set"),
    "rsc_defaults": ("", "meta_attributes"),
    "op_defaults": ("", "meta_attributes"),
    "nodes": ("", "node"),
    "resources": ("", "primitive group clone master"),
    "constraints": ("", "rsc_order rsc_colocation rsc_location"),
    "cluster_property_set": _NVSET,
    "instance_attributes": _NVSET,
    "meta_attributes": _NVSET,
    "nvpair": ("id! name! value", ""),
    "node": ("id! uname! type! description", "instance_attributes"),
    "primitive": ("id! class! type! provider description", f"operations {_SETS}"),
    "group": ("id! description", f"primitive {_SETS}"),
    "clone": ("id! description", f"primitive group {_SETS}"),
    "master": ("id! description", f"primitive group {_SETS}"),
    "operations": ("id id-ref", "op"),
    "op": (
        "id! name! interval! description timeout start-delay interval-origin enabled record-pending role "
        "requires on-fail",
        _SETS,
    ),
    "rsc_order": ("id! first then first-action then-action score symmetrical", "lifetime resource_set"),
    "rsc_colocation": (
        "id! rsc with-rsc rsc-role with-rsc-role score score-attribute score-attribute-mangle node-attribute",
        "lifetime resource_set",
    ),
    "rsc_location": ("id! rsc! node score", "lifetime rule"),
    "resource_set": ("id! id-ref sequential action role score", "resource_ref"),
    "resource_ref": ("id!", ""),
    "lifetime": ("", "rule"),
    "rule": ("id! id-ref role score score-attribute boolean-op", "expression date_expression rule"),
    "expression": ("id! attribute! operation! value type", ""),
    "date_expression": ("id! operation! start end", "date_spec duration"),
    # The engine reads yeardays; the schema spells it wrong and refuses that.
    "date_spec": (f"{_DATES} yearsdays", ""),
    "duration": (f"{_DATES} yearsdays", ""),
}
_ACL = ("id attribute ref tag xpath", "")
_CONTAINER = ("image network options masters promoted-max replicas replicas-per-host run-command", "")
# What schemas 1.1 to 3.9 add; the union of all of them, since a newer schema accepts what an older one took.
_P11: dict[str, tuple[str, str]] = {
    "cib": ("execution-date update-client update-origin update-user", ""),
    "configuration": ("", "fencing-topology acls tags alerts"),
    "resources": ("", "template bundle"),
    "constraints": ("", "rsc_ticket"),
    "nvpair": ("id-ref", ""),
    "node": ("score", "utilization"),
    "primitive": ("template", "utilization"),
    "template": ("id! class! type! provider description", f"operations utilization {_SETS}"),
    "rsc_order": ("kind require-all", ""),
    "rsc_colocation": ("influence", ""),
    "rsc_location": ("role rsc-pattern resource-discovery", "resource_set"),
    "rsc_ticket": ("id! rsc rsc-role ticket! loss-policy", "resource_set"),
    "resource_set": ("require-all ordering kind", ""),
    "rule": ("", "rsc_expression op_expression"),
    "expression": ("value-source", ""),
    "date_spec": ("yeardays seconds minutes", ""),
    "duration": ("yeardays seconds minutes days", ""),
    "rsc_expression": ("id! class provider type", ""),
    "op_expression": ("id! name! interval", ""),
    "utilization": _NVSET,
    "fencing-topology": ("", "fencing-level"),
    "fencing-level": ("id! target target-pattern target-attribute target-value index! devices!", ""),
    "tags": ("", "tag"),
    "tag": ("id!", "obj_ref"),
    "obj_ref": ("id!", ""),
    "acls": ("", "acl_user acl_role acl_target acl_group"),
    "acl_user": ("id!", "role_ref read write deny"),
    "acl_role": ("id! description", "read write deny acl_permission"),
    "acl_target": ("id! name", "role"),
    "acl_group": ("id! name", "role"),
    "acl_permission": ("id! kind! xpath reference object-type attribute description", ""),
    "read": _ACL,
    "write": _ACL,
    "deny": _ACL,
    "role_ref": ("id!", ""),
    "role": ("id!", ""),
    "alerts": ("", "alert"),
    "alert": ("id! path! description", f"select recipient {_SETS}"),
    "recipient": ("id! value! description", _SETS),
    "select": ("", "select_attributes select_fencing select_nodes select_resources"),
    "select_attributes": ("", "attribute"),
    "select_fencing": ("", ""),
    "select_nodes": ("", ""),
    "select_resources": ("", ""),
    "attribute": ("id! name!", ""),
    "bundle": ("id! description", f"docker podman rkt network storage primitive {_SETS}"),
    "docker": _CONTAINER,
    "podman": _CONTAINER,
    "rkt": _CONTAINER,
    "network": ("ip-range-start control-port host-interface host-netmask add-host", "port-mapping"),
    "port-mapping": ("id! port internal-port range", ""),
    "storage": ("", "storage-mapping"),
    "storage-mapping": ("id! source-dir source-dir-root target-dir options", ""),
}
# From 1.1 on rsc is one of several ways to say what a constraint is about, and a node is a member unless it says else.
_NO_LONGER_REQUIRED = {"rsc_location": ("rsc",), "primitive": ("class", "type"), "node": ("type",)}

REFERENCES = frozenset({"resource_ref", "obj_ref", "role_ref", "role"})
"""Elements whose `id` names another element instead of themselves."""
FREE_IDS = frozenset({"node", "acl_target", "acl_group", "alert", "attribute"}) | REFERENCES
"""Elements whose `id` is free text in Pacemaker's schemas, not an XML ID."""


@lru_cache(maxsize=3)
def grammar(dialect: Dialect) -> dict[str, ElementGrammar]:
    """All elements of the configuration by tag."""
    if dialect is Dialect.HB2:
        options = " ".join(option.name for option in meta_options(dialect).values())
        return {
            tag: _element(attributes.replace("@options", options), children)
            for tag, (attributes, children) in _HB2.items()
        }
    if dialect is Dialect.P10:
        return {tag: _element(*row) for tag, row in _P10.items()}
    found = {}
    for tag in dict.fromkeys((*_P10, *_P11)):
        old, new = _P10.get(tag, ("", "")), _P11.get(tag, ("", ""))
        whole = _element(f"{old[0]} {new[0]}", f"{old[1]} {new[1]}")
        required = tuple(name for name in whole.required if name not in _NO_LONGER_REQUIRED.get(tag, ()))
        found[tag] = ElementGrammar(whole.attributes, required, whole.children)
    return found


def _element(attributes: str, children: str) -> ElementGrammar:
    words = attributes.split()
    return ElementGrammar(
        frozenset(word.rstrip("!") for word in words),
        tuple(word[:-1] for word in words if word.endswith("!")),
        frozenset(children.split()),
    )


# Type by tag and attribute; a tag of `*` holds for every element. The words of an enum stand as they are.
_BOTH_TYPES = {
    "rsc_order score": "score",
    "rsc_colocation score": "score",
    "rsc_location score": "score",
    "rule score": "score",
    "instance_attributes score": "score",
    "meta_attributes score": "score",
    "cluster_property_set score": "score",
    "rsc_order symmetrical": "boolean",
    "expression operation": "lt gt lte gte eq ne defined not_defined",
}
_OLD_TYPES = {
    "rsc_order type": "before after",
    "rule boolean_op": "and or",
    "expression type": "string number version",
    "date_expression operation": "in_range date_spec gt lt",
    "node type": "normal member ping",
}
_NEW_TYPES = {
    "rsc_order kind": "Optional Mandatory Serialize",
    "rule boolean-op": "and or",
    "resource_set score": "score",
    "expression type": "string number version integer",
    "resource_set sequential": "boolean",
    "date_expression operation": "in_range date_spec gt lt",
    "node type": "normal member ping remote",
}


@lru_cache(maxsize=3)
def attribute_types(dialect: Dialect) -> dict[tuple[str, str], str]:
    """Type of attributes other than those of `op`, by tag and name: `score`, `boolean` or the words of an enum."""
    rows = _BOTH_TYPES | (_NEW_TYPES if dialect.is_pacemaker else _OLD_TYPES)
    return {(key.split()[0], key.split()[1]): kind for key, kind in rows.items()}
