"""The clones that a new stack needs and heartbeat did not, each a primitive with its operations in a clone.

Agents, providers and timings are those of SLE HA 11, in one table; another target is another table. The timings are the
advice of the agents themselves, and our choice where they give none.
"""

from __future__ import annotations

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.nvset import make_pair


class Blueprint(Struct, frozen=True):
    """One clone to build."""

    name: str
    """Id of the primitive; the clone is called `NAME-clone`."""
    provider: str
    type: str
    operations: tuple[tuple[str, str, str], ...]
    """Name, interval and timeout of each."""
    parameters: tuple[tuple[str, str], ...] = ()
    interleave: bool = True
    """True if an instance waits for the one on its own node only, not for all of them."""

    def named(self, name: str, *parameters: tuple[str, str]) -> Blueprint:
        """The same under another name and with these parameters."""
        return replace(self, name=name, parameters=parameters)


DLM = Blueprint(
    "dlm", "pacemaker", "controld",
    (("monitor", "120s", "20s"), ("start", "0", "90s"), ("stop", "0", "100s")),
)  # fmt: skip
CLVM = Blueprint(
    "clvm", "lvm2", "clvmd",
    (("monitor", "120s", "20s"), ("start", "0", "90s"), ("stop", "0", "100s")),
    (("daemon_timeout", "30"),),
)  # fmt: skip
O2CB = Blueprint(
    "o2cb", "ocfs2", "o2cb",
    (("monitor", "120s", "20s"), ("start", "0", "90s"), ("stop", "0", "100s")),
)  # fmt: skip
VOLUME_GROUP = Blueprint(
    "vg", "heartbeat", "LVM",
    (("monitor", "60s", "30s"), ("start", "0", "30s"), ("stop", "0", "30s")),
)  # fmt: skip
PINGD = Blueprint("pingd", "pacemaker", "pingd", (("monitor", "20s", "60s"),), interleave=False)


def build_clone(draft: Draft, blueprint: Blueprint) -> etree._Element:
    """A clone that stands nowhere yet, under ids that nothing else has."""
    name = draft.book(blueprint.name, "primitive")
    identity = draft.book(f"{name}-clone", "clone")
    clone = etree.Element("clone", {"id": identity})
    options = etree.SubElement(
        clone, "meta_attributes", {"id": draft.book(f"{identity}-meta_attributes", "meta_attributes")}
    )
    options.append(make_pair(draft, f"{identity}-globally-unique", "globally-unique", "false"))
    if blueprint.interleave:
        options.append(make_pair(draft, f"{identity}-interleave", "interleave", "true"))
    primitive = etree.SubElement(
        clone, "primitive", {"id": name, "class": "ocf", "provider": blueprint.provider, "type": blueprint.type}
    )
    if blueprint.parameters:
        values = etree.SubElement(
            primitive, "instance_attributes", {"id": draft.book(f"{name}-instance_attributes", "instance_attributes")}
        )
        values.extend([make_pair(draft, f"{name}-{key}", key, value) for key, value in blueprint.parameters])
    operations = etree.SubElement(primitive, "operations")
    for action, interval, timeout in blueprint.operations:
        words = {"id": draft.book(f"{name}-{action}-{interval}", "op"), "name": action}
        etree.SubElement(operations, "op", {**words, "interval": interval, "timeout": timeout})
    return clone


def wrap_in_clone(draft: Draft, primitive: etree._Element) -> etree._Element:
    """Put a clone around a primitive in its place, and give it back."""
    parent = primitive.getparent()
    assert parent is not None
    identity = draft.book(f"{primitive.get('id', '')}-clone", "clone")
    clone = etree.Element("clone", {"id": identity})
    options = etree.SubElement(
        clone, "meta_attributes", {"id": draft.book(f"{identity}-meta_attributes", "meta_attributes")}
    )
    options.append(make_pair(draft, f"{identity}-globally-unique", "globally-unique", "false"))
    options.append(make_pair(draft, f"{identity}-interleave", "interleave", "true"))
    parent.replace(primitive, clone)
    for found in clone.iter("*"):
        draft.note_made(found, primitive)
    clone.append(primitive)
    return clone
