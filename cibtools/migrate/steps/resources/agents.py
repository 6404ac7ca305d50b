"""M039 and M041 to M043: what a resource is, by its tag, class, provider and type."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import named, primitives_where
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add_attribute, decide, drop, drop_attribute, retag, rewrite

_CLASSES = ("ocf", "lsb", "heartbeat", "stonith")
_UNUSUAL = primitives_where(
    "not(@class = 'ocf' and string(@provider) and string(@type) and not(starts-with(@type, '/')))"
)
_HEARTBEAT = primitives_where("@class = 'heartbeat'")
_STONITH = primitives_where("@class = 'stonith'")
_OCF_EQUIVALENTS = {
    "IPaddr": "ip",
    "IPaddr2": "ip",
    "apache": "configfile",
    "MailTo": "email",
    "LVM": "volgrpname",
    "Raid1": "raidconf",
    "Filesystem": "device",
}
"""Agents that are there as scripts of heartbeat 1 and as OCF agents too, with what the latter call parameter `1`."""


def rename_masters(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M039: rename master_slave to master.

    Source: pacemaker-1.0 RelaxNG. Trigger: the element `master_slave`. Changes: its name.
    """
    for found in draft.iter("master_slave"):
        yield retag("M039", found, "master", "Pacemaker calls it master")


def settle_classes(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M041: settle class, provider and type of each primitive.

    Source: pacemaker-1.0 RelaxNG; lrmd of 2.1, which compares classes without case and looks for an OCF agent without
    a provider where none can be. Trigger: a primitive that the schema does not take, or a path for a type. Changes:
    class in lower case; heartbeat for a missing provider, and it asks; other classes lose theirs. Without class or type
    there is no resource, and nothing is written unless that is accepted: then the resource goes.
    """
    for primitive in draft.select(_UNUSUAL):
        kind = primitive.get("class", "")
        if kind.lower() not in _CLASSES or not primitive.get("type"):
            yield from _no_agent(answers, primitive)
            continue
        if kind not in _CLASSES:
            yield rewrite("M041", primitive, "class", kind.lower(), "Pacemaker's schema has classes in lower case only")
        if kind.lower() != "ocf":
            if primitive.get("provider") is not None:
                yield drop_attribute("M041", primitive, "provider", "only OCF agents have a provider")
        elif not primitive.get("provider"):
            yield from _no_provider(primitive)
        if primitive.get("type", "").startswith("/"):
            yield decide(
                "M041",
                primitive,
                f'{named(primitive)} has the path "{primitive.get("type")}" for a type. It is kept, but Pacemaker 1.1 '
                "and later run no agent by its path.",
                ("install the agent where agents of its class belong, and name it in the input",),
                attribute="type",
            )


def _no_agent(answers: Answers, primitive: etree._Element) -> Iterator[Note]:
    identity = primitive.get("id", "")
    if answers.accepts("M041", identity):
        yield drop("M041", primitive, "no agent can run it, and it was given up")
        return
    kind, agent = primitive.get("class"), primitive.get("type")
    fault = f'has the class "{kind}", which Pacemaker does not have' if kind and agent else (
        f"has no {'class' if not kind else 'type'}"
    )  # fmt: skip
    yield decide(
        "M041",
        primitive,
        f"{named(primitive)} {fault}, so that no agent can run it.",
        ("name its class, provider and type in the input", f'leave it out: accept = ["M041:{identity}"]'),
        attribute="class" if kind else "",
        inhibits=True,
    )


def _no_provider(primitive: etree._Element) -> Iterator[Note]:
    reason = "an OCF agent needs a provider"
    if "provider" in primitive.attrib:
        yield rewrite("M041", primitive, "provider", "heartbeat", reason)
    else:
        yield add_attribute("M041", primitive, "provider", "heartbeat", reason)
    yield decide(
        "M041",
        primitive,
        f"{named(primitive)} is of the class ocf and has no provider. heartbeat 2.1 found no agent for it, so it "
        f"cannot have run; heartbeat is written as its provider, and ocf:heartbeat:{primitive.get('type')} will run.",
        (
            "name another provider in the input",
            f'accept = ["M041:{primitive.get("id", "")}"] if that is the agent',
        ),
    )


def warn_of_heartbeat_agents(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M042: ask about scripts of heartbeat 1.

    Source: Pacemaker 2.0, which has no executor for them, though its schemas still name the class. Trigger: a primitive
    of the class heartbeat. Changes: none; it asks.
    """
    for primitive in draft.select(_HEARTBEAT):
        kind = primitive.get("type", "")
        first = _OCF_EQUIVALENTS.get(kind)
        instead = (
            f"use ocf:heartbeat:{kind}, whose parameter {first} is what parameter 1 is here"
            if first
            else f"use an OCF agent in place of the script {kind}, if there is one"
        )
        yield decide(
            "M042",
            primitive,
            f"{named(primitive)} runs the heartbeat 1 script '{kind}'. cibtools kept it: it works with "
            "Pacemaker 1.0 on heartbeat's local resource manager. Pacemaker 2.0 and later ignore it and print no "
            "message.",
            (instead, f'keep it: accept = ["M042:{primitive.get("id", "")}"]'),
        )


def settle_stonith(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M043: set requires="nothing" on stonith resources; report plugins that are for tests only.

    Source: policy engine 0.6 and Pacemaker 1.0 start stonith resources without quorum and fencing whatever is written.
    Trigger: an operation of a stonith resource with another `requires`; the plugin external/ssh. Changes: it becomes
    `nothing`; external/ssh is kept, and it asks.
    """
    for primitive in draft.select(_STONITH):
        for op in primitive.iterfind("operations/op"):
            if op.get("requires") not in (None, "nothing"):
                yield rewrite("M043", op, "requires", "nothing", "the engine takes nothing else for stonith resources")
        if primitive.get("type") == "external/ssh":
            yield decide(
                "M043",
                primitive,
                f"{named(primitive)} fences by external/ssh, which cannot reach a node that hangs or has lost its "
                "network: it is for tests only.",
                (
                    "configure the fencing device that the machines have",
                    f'accept = ["M043:{primitive.get("id", "")}"] for a test cluster',
                ),
                attribute="type",
            )
