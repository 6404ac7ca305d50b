"""The pipeline: the ordered list of steps, and the function that runs them over the copy of a cluster's CIB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cibtools.cluster.model.cluster import Cluster
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.drafting import draft_of
from cibtools.migrate.language import language
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.outcome import Given, Migration
from cibtools.migrate.record.product import Products
from cibtools.migrate.step import Step
from cibtools.migrate.steps.constraints import colocations, locations, orders, references
from cibtools.migrate.steps.document import arrange, document, ids, root, sets, unread, whitelist
from cibtools.migrate.steps.operations import duplicates, enabled, operation_sets, operations, schedule
from cibtools.migrate.steps.options import (
    defaults,
    fencing_switch,
    hidden,
    managed,
    option_values,
    options,
    properties,
)
from cibtools.migrate.steps.resources import agents, cardinality, clones, prerequisites, threshold
from cibtools.migrate.steps.rules import date_fields, dates, expressions, lifetime, rules
from cibtools.migrate.steps.status import nodes, status

LANGUAGE_STEPS: tuple[Step, ...] = (
    # The shape of the document.
    Step(("M001",), document.ask_about_mixture),
    Step(("M008",), unread.drop_unread),
    Step(("M002",), root.rewrite_root),
    Step(("M003",), whitelist.drop_text),
    Step(("M004",), document.flatten_attributes),
    Step(("M003",), whitelist.drop_misplaced),
    Step(("M005",), document.clean_nvpairs),
    Step(("M006",), sets.join_rules, ("rule",)),
    Step(("M015",), properties.drop_bare_pairs),
    # What resources are.
    Step(("M039",), agents.rename_masters, ("master_slave",)),
    Step(("M041",), agents.settle_classes),
    Step(("M040",), cardinality.drop_extra_operations, ("group", "clone", "master_slave", "operations")),
    Step(("M040",), cardinality.settle_children),
    # Their options: into meta_attributes, under Pacemaker's names.
    Step(("M033",), options.drop_inert_spellings),
    Step(("M030",), options.attributes_to_meta),
    Step(("M031",), hidden.options_of_primitives),
    Step(("M032",), hidden.options_of_containers),
    Step(("M045",), options.drop_dead),
    Step(("M033",), options.rename_options),
    Step(("M034",), option_values.normalise_values),
    # Cluster options, and what sets say together.
    Step(("M010", "M012"), properties.rename_properties),
    Step(("M016", "M034"), properties.normalise_values),
    Step(("M017",), properties.drop_meaningless),
    Step(("M034",), sets.normalise_scores),
    Step(("M007",), sets.state_precedence),
    Step(("M035",), option_values.settle_target_roles),
    Step(("M038",), option_values.settle_counts),
    Step(("M011",), fencing_switch.state_stonith_enabled),
    Step(("M013",), defaults.move_defaults),
    Step(("M013",), managed.keep_unmanaged, ("is_managed_default", "is-managed-default")),
    Step(("M014",), threshold.replace_failure_stickiness, ("failure_stickiness", "failure-stickiness")),
    Step(("M036",), clones.state_uniqueness, ("clone", "master")),
    Step(("M037",), defaults.guard_clones),
    Step(("M020",), nodes.complete_nodes),
    Step(("M021",), nodes.drop_ping_nodes),
    # Operations; their sets before what M051 and M057 make of the attributes.
    Step(("M050",), operations.clean_operations),
    Step(("M058",), operation_sets.hoist_nested),
    Step(("M052", "M053"), enabled.write_enabled, ("disabled", "enabled")),
    Step(("M051",), schedule.write_intervals),
    Step(("M054",), operations.rename_prereq, ("prereq", "requires")),
    Step(("M055",), operations.rename_on_fail, ("on_fail", "on-fail")),
    Step(("M056",), operations.spell_roles),
    Step(("M057",), operations.rename_start_delay, ("start_delay", "start-delay")),
    Step(("M059",), duplicates.find_duplicates),
    # Rules: what was never true goes before or-rules are counted, and dates take shape before lifetimes are folded.
    Step(("M060",), rules.spell_boolean, ("boolean_op", "boolean-op")),
    Step(("M061", "M062"), rules.one_score),
    Step(("M063",), rules.rule_roles),
    Step(("M064",), expressions.spell_expressions),
    Step(("M065",), expressions.write_types),
    Step(("M066",), rules.split_additive),
    Step(("M067",), rules.fill_empty),
    Step(("M068",), dates.shape_dates, ("date_expression",)),
    Step(("M069",), date_fields.spell_fields, ("date_expression",)),
    Step(("M070",), lifetime.rewrite_lifetimes, ("lifetime",)),
    # What needs the operations settled.
    Step(("M044",), prerequisites.state_prerequisites, ("start_prereq",)),
    Step(("M042",), agents.warn_of_heartbeat_agents),
    Step(("M043",), agents.settle_stonith),
    # Constraints, once it is known which resources there are.
    Step(("M081",), orders.orders, ("rsc_order",)),
    Step(("M084",), colocations.colocations, ("rsc_colocation",)),
    Step(("M088",), references.drop_dangling),
    Step(("M089",), references.drop_cloned, ("clone", "master")),
    Step(("M080",), locations.locations),
    Step(("M081",), orders.drop_self_orders, ("rsc_order",)),
    Step(("M081",), orders.ask_about_promotion, ("rsc_order",)),
    Step(("M082",), orders.order_scores, ("rsc_order",)),
    Step(("M083",), orders.order_symmetry, ("symmetrical",)),
    Step(("M085",), colocations.colocation_scores, ("rsc_colocation",)),
    Step(("M086",), colocations.colocation_symmetry, ("symmetrical",)),
    Step(("M087",), colocations.constraint_roles),
    Step(("M046", "M090"), locations.descriptions, ("description",)),
    # What is left that Pacemaker has no place for.
    Step(("M003",), whitelist.drop_foreign),
)
"""The steps for the language, in the order in which they run: from the wrappers inwards, then what needs the whole."""

LAST_STEPS: tuple[Step, ...] = (
    # Status.
    Step(("M110",), status.drop_status),
    Step(("M111",), status.keep_status),
    # Ids.
    Step(("M100", "M101", "M102"), ids.settle_ids),
    Step(("M103",), references.follow_renames),
    Step((), arrange.arrange_attributes),
)
"""What comes when all else is settled, also that of the stack: the status, and ids last."""


def migrate(cluster: Cluster, answers: Answers, without: frozenset[str] = frozenset()) -> Migration:
    """Rewrite a cluster's CIB into Pacemaker-1.0 form; the cluster itself stays as it is.

    Steps whose number is in `without` are left out: what would come of it tells what a step is the cause of.
    """
    draft = draft_of(cluster)
    given, old, new = language(cluster)
    if given is Given.NEW:
        sign = f" ({new.what})" if new else ""
        name = Migration(draft, ()).input_name or "the CIB"
        message = f"{name} speaks Pacemaker's language already{sign}; it was left alone"
        if cluster.detection.doubt:
            message += f" ({cluster.detection.doubt})"
        asked = [*document.ask_about_the_old(draft, old, new)] if old is not None else []
        left = [*_open(draft, answers, asked)]
        return Migration(draft, tuple(left), _titles(LANGUAGE_STEPS, left), given=given, message=message)
    if given is Given.MIXED and old is not None and new is not None:
        draft.signs = (old, new)
    notes: list[Note] = []
    steps = [step for step in steps_for(answers) if without.isdisjoint(step.numbers)]
    for step in steps:
        notes += _open(draft, answers, step.run(draft, answers))
    products = Products()
    if answers.converts_stack:
        from cibtools.migrate.sle11.produce import produce

        products = produce(draft, answers)
    return Migration(draft, tuple(notes), _titles(steps, notes), products, given, answers=answers)


def steps_for(answers: Answers) -> tuple[Step, ...]:
    """The steps that these answers ask for, in their order."""
    if not answers.converts_stack:
        return (*LANGUAGE_STEPS, *LAST_STEPS)
    # Half of the side files' parsers come along, which a plain rewriting has no use for.
    from cibtools.migrate.sle11.sequence import STACK_STEPS

    return (*LANGUAGE_STEPS, *STACK_STEPS, *LAST_STEPS)


def _titles(steps: Iterable[Step], notes: Iterable[Note]) -> dict[str, str]:
    """What the steps that have something to say do, by number."""
    said = {note.step for note in notes}
    found: dict[str, str] = {}
    for step in steps:
        for number in step.numbers:
            if number in said and (title := step.title_of(number)):
                # Several steps may share a number; the first does the most of it.
                found.setdefault(number, title)
    return found


def _open(draft: Draft, answers: Answers, notes: Iterable[Note]) -> Iterator[Note]:
    """The notes without the questions that the operator has answered already."""
    for note in notes:
        if note.kind is ChangeKind.DECIDE:
            original = note.spot.element if note.spot else draft.origin(note.element)
            identity = original.get("id", "") if original is not None else ""
            if note.answer in answers.given or answers.accepts(note.step, identity):
                continue
        yield note
