"""M128: what shared storage stands on, as orders and colocations: the user waits for the base, never the reverse."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, decide, start_tag
from cibtools.migrate.sle11.evms import group_users
from cibtools.migrate.sle11.foundation import base_of, group_base, ocfs2_mounts, outermost

Edge = tuple[etree._Element, etree._Element]
"""A base, and what needs it."""


def wire_storage(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M128: add orders and colocations for shared storage.

    Source: OCFS2 and cLVM of SLE HA 11. Trigger: clvmd and the lock manager, o2cb and the lock manager, a volume group
    and clvmd, an OCFS2 mount and o2cb, whatever uses a volume that was EVMS's and its group. Changes: an order and a
    colocation for each pair, between outermost containers, both with INFINITY, unless there is one for the pair. Who
    waited for EVMS and got neither is asked about.
    """
    if not answers.converts_stack:
        return
    edges = [*_edges(draft, answers)]
    made = [*_missing(draft, edges)]
    if made and "constraints" not in draft.known:
        yield decide(
            "M128", None, "The input does not hold all constraints, so those of shared storage were not added. Are "
            "they there?", ("give the whole CIB, or add them:", *map(start_tag, made)),
        )  # fmt: skip
    elif made:
        section = draft.need_section("constraints", draft.top)
        for element in made:
            words = (
                ("starts after", "first", "then") if element.tag == "rsc_order" else ("runs with", "with-rsc", "rsc")
            )
            reason = f"{element.get(words[2])} needs {element.get(words[1])}, so it {words[0]} it"
            yield add("M128", draft, section, element, reason, cause=None)
        yield from _ask_about_users(draft, answers)
    yield from _superseded(draft, {user for _, user in edges})


def _edges(draft: Draft, answers: Answers) -> Iterator[Edge]:
    """Each pair once, from the base upwards."""
    dlm, clvm, o2cb = base_of(draft, "controld"), base_of(draft, "clvmd"), base_of(draft, "o2cb")
    mounts = [outermost(mount) for mount in ocfs2_mounts(draft)]
    pairs = [(dlm, clvm), (dlm, o2cb) if mounts else (None, None)]
    users = group_users(draft, answers)
    pairs += [(clvm, group_base(draft, group)) for group in users]
    pairs += [(group_base(draft, group), outermost(user)) for group, found in users.items() for user in found]
    pairs += [(o2cb, mount) for mount in mounts]
    seen: set[Edge] = set()
    for base, user in pairs:
        if base is not None and user is not None and base is not user and (base, user) not in seen:
            seen.add((base, user))
            yield base, user


def _missing(draft: Draft, edges: list[Edge]) -> Iterator[etree._Element]:
    """The order and the colocation of each pair, those left out that the author wrote already."""
    orders = {(found.get("first"), found.get("then")) for found in draft.constraints("rsc_order")}
    together = {(found.get("rsc"), found.get("with-rsc")) for found in draft.constraints("rsc_colocation")}
    for base, user in edges:
        first, then = base.get("id", ""), user.get("id", "")
        if (first, then) not in orders:
            identity = draft.book(f"{first}-before-{then}", "rsc_order")
            yield etree.Element("rsc_order", {"id": identity, "first": first, "then": then, "score": "INFINITY"})
        if (then, first) not in together:
            identity = draft.book(f"{then}-with-{first}", "rsc_colocation")
            yield etree.Element("rsc_colocation", {"id": identity, "rsc": then, "with-rsc": first, "score": "INFINITY"})


def _ask_about_users(draft: Draft, answers: Answers) -> Iterator[Note]:
    """Tell which resources that are no clones depend on a volume group from now on: a restart below restarts them."""
    for group, users in group_users(draft, answers).items():
        plain = dict.fromkeys(
            found.get("id", "") for found in map(outermost, users) if found.tag not in ("clone", "master")
        )
        base = group_base(draft, group)
        if plain and base is not None:
            orders = ", ".join(f"{base.get('id')}-before-{name}" for name in plain)
            yield decide(
                "M128", users[0],
                f"{', '.join(plain)}: must run where {base.get('id')} is active from now on, and is stopped with it, "
                f"because its disk is a volume of {group}. Is that wanted?",
                (f'score="0" instead of INFINITY in {orders}: this only puts the starts in order',),
            )  # fmt: skip


def _superseded(draft: Draft, anchored: set[etree._Element]) -> Iterator[Note]:
    """Ask about each order and colocation with EVMS whose other side hangs on nothing new."""
    cluster = draft.cluster
    removed = [
        found
        for top in cluster.objects("resources")
        for found in top.iter("primitive")
        if found.get("type") == "EvmsSCC"
    ]
    by_id = {found.get("id", ""): found for found in draft.resources()}
    gone = {above.get("id", "") for found in removed for above in (found, *found.iterancestors())} - by_id.keys() - {""}
    if not gone:
        return
    waits = [(order.then, order.first, order.id) for order in cluster.orders]
    waits += [(found.rsc, found.with_rsc, found.id) for found in cluster.colocations]
    for user, base, identity in waits:
        if base not in gone or user not in by_id:
            continue
        element = by_id[user]
        if outermost(element) in anchored:
            continue
        yield decide(
            "M128", element,
            f"{user} depended on {base} ({identity}); that is gone with EVMS, and nothing in {user} tells which volume "
            "group it uses, so it depends on none. Does it use one?",
            (f'if so: <rsc_order first="vg-GROUP-clone" then="{user}" score="INFINITY"/> and '
             f'<rsc_colocation rsc="{user}" with-rsc="vg-GROUP-clone" score="INFINITY"/>',),
        )  # fmt: skip
