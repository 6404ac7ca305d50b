"""The overview of a fleet as JSON, for programs; `schemas/fleet.schema.json` describes it."""

from __future__ import annotations

from cibtools.fleet.record import Fleet, Member
from cibtools.report.fleet.words import left_out
from cibtools.report.shared.json import Json, to_text

SUFFIX = ".json"

SCHEMA = "cibtools-fleet-1"
"""Name and version of the form; it changes when a field changes its meaning or goes away."""


def render(fleet: Fleet) -> str:
    """Return one object; times are in seconds, and every key is always there."""
    whole: Json = {
        "schema": SCHEMA,
        "target": fleet.target,
        "clusters": [_member(one) for one in fleet.members],
        "shared": [
            {
                "code": one.code or None, "title": one.title, "example": one.example,
                "blocks": list(one.blocks), "others": list(one.others),
            }
            for one in fleet.shared
        ],
        "waves": [
            {"number": one.number, "clusters": list(one.members), "evenings": one.evenings, "window": one.longest}
            for one in fleet.waves
        ],
        "in_no_wave": list(left_out(fleet)),
    }  # fmt: skip
    return to_text(whole, sort_keys=True)


def _member(one: Member) -> Json:
    drift = one.since
    return {
        "name": one.name,
        "backup": one.backup,
        "backups": one.backups,
        "verdict": one.state.value,
        "trouble": one.trouble or None,
        "nodes": one.nodes,
        "domus": one.domus,
        "conditions": [{"code": found.code or None, "text": found.text} for found in one.obstacles],
        "evenings": one.evenings,
        "longest_evening": one.longest,
        "outage": one.outage,
        "copies": [{"name": found.name, "hosts": [list(group) for group in found.hosts]} for found in one.copies],
        "since": (
            {"earlier": drift.earlier, "differences": drift.differences, "told": list(drift.told)} if drift else None
        ),
        "report": one.report or None,
    }
