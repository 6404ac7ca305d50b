"""The objects of a new domU in the language of the cluster: its primitive, unmanaged, and its constraints."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts.network import network_attributes
from cibtools.runbook.kinds.add_domu.request import NewDomu


def _op(identity: str, name: str, timeout: int, delay: int, interval: int = 0) -> str:
    wait = f' start_delay="{delay}s"' if delay and name != "monitor" else ""
    start = f'    <op id={quoteattr(f"{identity}-{name}")} name="{name}" interval="{interval}s"'
    return f'{start} timeout="{timeout}s"{wait}/>'


def primitive_xml(new: NewDomu) -> str:
    """The primitive for heartbeat 2.1, which the cluster leaves alone until the attribute is removed."""
    i = new.id
    return "\n".join((
        f'<primitive id={quoteattr(i)} class="ocf" provider="heartbeat" type="Xen">',
        "  <operations>",
        _op(i, "start", 60, new.start_delay),
        _op(i, "stop", 90, new.start_delay),
        _op(i, "monitor", 60, 0, 10),
        _op(i, "migrate_to", new.migrate_timeout, new.start_delay),
        "  </operations>",
        f'  <instance_attributes id={quoteattr(f"{i}-ia")}>',
        "    <attributes>",
        f'      <nvpair id={quoteattr(f"{i}-ia-01")} name="xmfile" value={quoteattr(new.file)}/>',
        "    </attributes>",
        "  </instance_attributes>",
        f'  <meta_attributes id={quoteattr(f"{i}-ma")}>',
        "    <attributes>",
        f'      <nvpair id={quoteattr(f"{i}-ma-01")} name="allow_migrate" value="true"/>',
        f'      <nvpair id={quoteattr(f"{i}-ma-02")} name="is_managed" value="false"/>',
        "    </attributes>",
        "  </meta_attributes>",
        "</primitive>",
    ))  # fmt: skip


def pool(draft: Draft) -> str:
    """The clone of the volume that the xm files are on; empty if there is none."""
    cluster = draft.survey.cluster
    found = (cluster.resource(one.resource) for one in draft.features.ocfs2)
    return next((cluster.top(one).id for one in found if one), "")


def constraints_xml(draft: Draft, new: NewDomu) -> Iterator[tuple[str, str]]:
    """File name and text of each constraint for heartbeat 2.1."""
    i, below = new.id, pool(draft)
    if below:
        yield (
            "order.xml",
            f'<rsc_order id={quoteattr(f"{i}_depends_{below}")} from={quoteattr(i)} to={quoteattr(below)} score="0"/>',
        )
    for attribute in network_attributes(draft.survey):
        name = quoteattr(attribute.name)
        rule = quoteattr(f"{i}-{attribute.name}-rule")
        yield f"{attribute.name}.xml", "\n".join((
            f'<rsc_location id={quoteattr(f"{i}-{attribute.name}")} rsc={quoteattr(i)}>',
            f'  <rule id={rule} score="-INFINITY" boolean_op="or">',
            f'    <expression id={quoteattr(f"{i}-{attribute.name}-e1")} attribute={name} operation="not_defined"/>',
            f'    <expression id={quoteattr(f"{i}-{attribute.name}-e2")} attribute={name} operation="lte" value="0"/>',
            "  </rule>",
            "</rsc_location>",
        ))  # fmt: skip


def crm_text(draft: Draft, new: NewDomu) -> str:
    """All objects for the crm shell of 1.0, to be committed at once: there a constraint needs its resource."""
    i, below = quoted(new.id), pool(draft)
    delay = f" start-delay={new.start_delay}s" if new.start_delay else ""
    lines = [
        f"primitive {i} ocf:heartbeat:Xen params xmfile={quoted(new.file)} \\",
        "  meta allow-migrate=true is-managed=false \\",
        f"  op start interval=0 timeout=60s{delay} \\",
        f"  op stop interval=0 timeout=90s{delay} \\",
        "  op monitor interval=10s timeout=60s \\",
        f"  op migrate_to interval=0 timeout={new.migrate_timeout}s{delay}",
    ]
    if below:
        lines.append(f"order {quoted(f'{new.id}_depends_{below}')} 0: {quoted(below)} {i}")
    for one in network_attributes(draft.survey):
        name = quoted(one.name)
        lines.append(f"location {quoted(f'{new.id}-{one.name}')} {i} rule -inf: not_defined {name} or {name} lte 0")
    return "\n".join((*lines, "verify", "commit", "end"))


def here_document(file: str, text: str) -> str:
    """Shell that writes a text to a file, as it stands."""
    return f"cat > {quoted(file)} <<'END'\n{text}\nEND"
