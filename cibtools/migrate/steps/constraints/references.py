"""M088, M089 and M103: what constraints, rules and the status call a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.identity import legal_id
from cibtools.migrate.draft.reference import REFERRING, Directory, references
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, drop, rewrite, shown, start_tag

_FOLLOWS = "the resource has a new id"
_PER_RESOURCE = re.compile(r"(fail-count-|last-failure-|master-)(.+)", re.DOTALL)
"""Node attributes that are named after a resource."""
_SUFFIX = re.compile(r"(.*?)(:\d+)?", re.DOTALL)
_BY_ID = etree.XPath("descendant::*[@id-ref]")


def drop_dangling(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M088: remove constraints about resources that do not exist.

    Source: policy engine 0.6, which passes over them; for pacemaker-1.0 RelaxNG a single unknown name makes the whole
    CIB invalid. Witness: tests/migrate/inert.toml. Trigger: no reference at all; one to nothing, where all resources
    are known. Changes: it goes.
    """
    all_known = "resources" in draft.known
    directory = Directory(draft)
    reachable = {*directory.addressable, *directory.cloned}
    for constraint in draft.constraints():
        if next(constraint.iterchildren("resource_set"), None) is not None:
            continue
        for attribute in REFERRING[str(constraint.tag)]:
            name = constraint.get(attribute)
            if not name:
                yield drop("M088", constraint, f"a constraint that names no resource as {attribute} had no effect")
                break
            if all_known and name not in reachable and directory.instance_of(name) is None:
                yield drop("M088", constraint, f"there is no resource {name!r}, so it had no effect")
                break


def drop_cloned(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M089: remove constraints that reach into a clone.

    Source: policy engine 0.6, to which what is inside a clone is known as `child:0` only; crm_verify 2.1.5 calls a
    plain name an error. Witness: tests/migrate/inert.toml. Trigger: a reference to something inside a clone. Changes: a
    plain name had no effect, so the constraint goes; one that names an instance had, and cannot be expressed: it goes
    only if that is accepted.
    """
    directory = Directory(draft)
    if not directory.cloned:
        return
    for constraint, attribute, name in references(draft):
        if not draft.is_live(constraint) or name in directory.addressable:
            continue
        text = start_tag(constraint)
        identity = constraint.get("id", "")
        instance = directory.instance_of(name)
        if instance is not None:
            clone = directory.name(instance)
            accepted = answers.accepts("M089", identity)
            if accepted:
                yield drop("M089", constraint, f"it is about one instance of {clone!r}, and that was given up")
                continue
            yield decide(
                "M089", constraint,
                f"{constraint.tag} {identity!r} is about {name!r}, one instance of {clone!r}. Pacemaker 1.0 has no "
                "words for that.",
                (f"make it about {clone!r} in the input", f'drop it: accept = ["M089:{identity}"]'),
                attribute=attribute, before=text, inhibits=True,
            )  # fmt: skip
        elif name in directory.cloned:
            clone = directory.name(directory.cloned[name])
            yield drop("M089", constraint, f"{name!r} is inside {clone!r}, where no constraint reaches it")
            yield decide(
                "M089", constraint,
                f"{constraint.tag} {identity!r} names {name!r}, which is inside {clone!r}. It had no effect in "
                "heartbeat 2.1. cibtools removed it.",
                (f"if it was meant, make it about {clone!r} in the input",),
                attribute=attribute, before=text,
            )  # fmt: skip


def follow_renames(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M103: rewrite references to renamed resources.

    Source: IDs and IDREFs of pacemaker-1.0 RelaxNG; the order in which policy engine 0.6 looks for a name. Trigger: a
    resource (or what an `id-ref` names) with a new id. Changes: constraints, `id-ref`, node attributes named after a
    resource and the expressions that ask for them, and the recorded operations if the status is kept. What a resource
    agent gets to see is for a human to think of.
    """
    if not draft.former_ids and "resources" in draft.known:
        return
    directory = Directory(draft)
    new_ids = {name: found[0].get("id", "") for name, found in directory.everything.items()}
    renamed = {name for name, new in new_ids.items() if new != name}
    yield from _follow_id_refs(draft)
    if renamed or any(len(found) > 1 for found in directory.everything.values()):
        yield from _follow_in_constraints(draft, directory, new_ids)
        yield from _follow_in_attributes(draft, new_ids)
        yield from _follow_in_history(draft, new_ids)
        yield from _tell_agents(draft)
    if "resources" not in draft.known:
        yield from _repair_unknown(draft, directory)


def _follow_in_constraints(draft: Draft, directory: Directory, new_ids: dict[str, str]) -> Iterator[Note]:
    for constraint, attribute, name in references(draft):
        new = new_ids.get(name, name)
        if new != name:
            yield rewrite("M103", constraint, attribute, new, _FOLLOWS)
        bearers = directory.everything.get(name, ())
        if len(bearers) > 1:
            others = ", ".join(f"{other.tag} {other.get('id')!r}" for other in bearers[1:])
            yield decide(
                "M103", constraint,
                f"{constraint.tag} {constraint.get('id')!r} names {name!r}, as more than one resource was called. As "
                f"in 2.1 it means the {bearers[0].tag}; from now on the others are {others}.",
                ("if another was meant, name that one",), attribute=attribute,
            )  # fmt: skip
    for reference in draft.iter("resource_ref"):
        new = new_ids.get(reference.get("id", ""), "")
        if new and new != reference.get("id"):
            yield rewrite("M103", reference, "id", new, _FOLLOWS)


def _follow_id_refs(draft: Draft) -> Iterator[Note]:
    found = _BY_ID(draft.configuration)
    for element in found if isinstance(found, list) else []:
        assert isinstance(element, etree._Element)
        old = element.get("id-ref", "")
        bearers = [other for other, name in draft.former_ids.items() if name == old and other.tag == element.tag]
        kept = any(other.get("id") == old for other in draft.iter(str(element.tag)))
        if bearers and not kept:
            yield rewrite("M103", element, "id-ref", bearers[0].get("id", ""), "what it refers to has a new id")


def _follow_in_attributes(draft: Draft, new_ids: dict[str, str]) -> Iterator[Note]:
    """Node attributes of the permanent and the transient kind, and the rules that ask for them."""
    wanted = [
        *((expression, "attribute") for expression in draft.iter("expression")),
        *((rule, "score-attribute") for rule in draft.iter("rule")),
    ]
    for section in (draft.section("nodes"), draft.section("status")):
        if section is not None:
            wanted += [(pair, "name") for pair in section.iter("nvpair")]
    for element, attribute in wanted:
        match = _PER_RESOURCE.fullmatch(element.get(attribute, ""))
        if match is not None and (new := _followed(match[2], new_ids)) != match[2]:
            yield rewrite("M103", element, attribute, match[1] + new, _FOLLOWS)


def _follow_in_history(draft: Draft, new_ids: dict[str, str]) -> Iterator[Note]:
    section = draft.section("status")
    for resource in [] if section is None else [*section.iter("lrm_resource")]:
        old = resource.get("id", "")
        new = _followed(old, new_ids)
        if new == old:
            continue
        yield rewrite("M103", resource, "id", new, _FOLLOWS)
        for operation in resource.iterchildren("lrm_rsc_op"):
            identity = operation.get("id", "")
            if identity.startswith(f"{old}_"):
                yield rewrite("M103", operation, "id", new + identity.removeprefix(old), _FOLLOWS)


def _followed(name: str, new_ids: dict[str, str]) -> str:
    """A resource's new name, also of the instance `child:N` and of `container:child`, as 2.0 wrote it."""
    if name in new_ids:
        return new_ids[name]
    match = _SUFFIX.fullmatch(name)
    assert match is not None
    stem, suffix = match[1], match[2] or ""
    if stem in new_ids:
        return new_ids[stem] + suffix
    for at, char in enumerate(stem):
        if char == ":" and stem[:at] in new_ids and stem[at + 1 :] in new_ids:
            return f"{new_ids[stem[:at]]}:{new_ids[stem[at + 1 :]]}{suffix}"
    return name


def _tell_agents(draft: Draft) -> Iterator[Note]:
    for resource in draft.resources():
        old = draft.former_ids.get(resource)
        if old is not None and resource.tag == "primitive":
            new = resource.get("id", "")
            yield decide(
                "M103", resource,
                f"primitive {old!r} is called {new!r} from now on, and so its agent sees it in OCF_RESOURCE_INSTANCE. "
                "Files that agents name after the resource, such as the pidfile of pingd, get the new name too.",
                ("choose another id in the input", "name such files in the resource's parameters"),
                attribute="id", before=shown("id", old), after=shown("id", new),
            )  # fmt: skip


def _repair_unknown(draft: Draft, directory: Directory) -> Iterator[Note]:
    """References that no ID could match, from a file without the resources that they mean."""
    for constraint, attribute, name in references(draft):
        new = legal_id(name)
        if new == name or name in directory.everything:
            continue
        yield rewrite("M103", constraint, attribute, new, "no id may be written so; the resource gets the same one")
        yield decide(
            "M103", constraint,
            f"{constraint.tag} {constraint.get('id')!r} names {name!r}, which is not among what was given. If it is "
            f"migrated by itself, it will be called {new!r} unless that is taken.",
            ("migrate the whole CIB at once",), attribute=attribute,
        )  # fmt: skip
