"""M084 to M087: colocations."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.value import parse_boolean
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.score import normal_score
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import add_attribute, decide, drop_attribute, rewrite, shown, shown_all

_ROLES = {"started": "Started", "stopped": "Stopped", "master": "Master", "slave": "Slave"}
_COLOCATION_NAMES = {
    "from": "rsc",
    "to": "with-rsc",
    "from_role": "rsc-role",
    "to_role": "with-rsc-role",
    "node_attribute": "node-attribute",
}


def colocations(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M084: rename from and to of a colocation to rsc and with-rsc.

    Source: pacemaker-1.0 RelaxNG. Trigger: an old name. Changes: names only.
    """
    for colocation in draft.constraints("rsc_colocation"):
        old = {name: colocation.get(name, "") for name in _COLOCATION_NAMES if name in colocation.attrib}
        if not old:
            continue
        for name in old:
            del colocation.attrib[name]
        new = {_COLOCATION_NAMES[name]: value for name, value in old.items()}
        # In a mixture the new names may be there as well; 2.1 did not read them.
        old |= {name: colocation.get(name, "") for name in new if name in colocation.attrib}
        for name, value in new.items():
            colocation.set(name, value)
        reason = "rsc goes where with-rsc is, as from went where to was"
        yield Note("M084", ChangeKind.RENAMED, colocation, "", shown_all(old), shown_all(new), reason)


def colocation_scores(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M085: write the score of each colocation.

    Source: policy engine 0.6 (`unpack_rsc_colocation`): no score is 0, and says nothing; score attributes were never
    read. Witness: tests/migrate/inert.toml. Trigger: no score, one that only 2.1 reads, a score attribute. Changes: the
    score; the attribute goes.
    """
    for colocation in draft.constraints("rsc_colocation"):
        for name in ("score_attribute", "score_attribute_mangled", "score-attribute", "score-attribute-mangle"):
            if name in colocation.attrib:
                yield drop_attribute("M085", colocation, name, "no release reads it on a colocation")
        if "score" in colocation.attrib:
            yield from normal_score("M085", colocation)
        elif next(colocation.iterchildren("resource_set"), None) is None:
            yield add_attribute("M085", colocation, "score", "0", "a colocation without a score had no effect")
            yield decide(
                "M085", colocation,
                f"rsc_colocation {colocation.get('id')!r} has no score, so it had no effect; it has 0 now.",
                ("if the two must run together, write score=\"INFINITY\" in the input",), after=shown("score", "0"),
            )  # fmt: skip


def colocation_symmetry(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M086: remove symmetrical of a colocation.

    Source: pacemaker-1.0 RelaxNG, which does not have it; tried on the engines, a second colocation the other way round
    comes less near to what 2.1 did than none. Trigger: the attribute. Changes: it goes, with a question if it was true.
    """
    for colocation in draft.constraints("rsc_colocation"):
        written = colocation.get("symmetrical")
        if written is None:
            continue
        meant = parse_boolean(written) is True
        reason = (
            "Pacemaker has no symmetrical colocations" if meant else "it was not symmetrical, like every colocation"
        )
        yield drop_attribute("M086", colocation, "symmetrical", reason)
        if meant:
            one, other = colocation.get("rsc"), colocation.get("with-rsc")
            yield decide(
                "M086", colocation,
                f"rsc_colocation {colocation.get('id')!r} was symmetrical: {one!r} followed {other!r} and {other!r} "
                f"{one!r}. Pacemaker does not have that; from now on only {one!r} follows.",
                ("if the other way is the one that matters, swap the two in the input",),
                attribute="symmetrical", before=shown("symmetrical", written),
            )  # fmt: skip


def constraint_roles(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M087: capitalise the roles of a colocation.

    Source: pacemaker-1.0 RelaxNG; policy engine 0.6 reads a role in any case, and one that it does not know as none.
    Witness: tests/migrate/inert.toml. Trigger: another spelling. Changes: the spelling; an unknown role goes, with a
    question.
    """
    for colocation in draft.constraints("rsc_colocation"):
        for name in ("rsc-role", "with-rsc-role"):
            written = colocation.get(name)
            if written is None or written in _ROLES.values():
                continue
            role = _ROLES.get(written.strip().lower())
            if role is not None:
                yield rewrite("M087", colocation, name, role, "the same role as the schema spells it")
                continue
            yield drop_attribute("M087", colocation, name, "there is no such role, so it did not count")
            yield decide(
                "M087", colocation,
                f"rsc_colocation {colocation.get('id')!r} has the role {written!r}, which does not exist. 2.1 took "
                "that for any role.",
                ("write Master, Slave, Started or Stopped in the input",), before=shown(name, written),
            )  # fmt: skip
