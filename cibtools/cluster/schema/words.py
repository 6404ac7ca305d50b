"""The words in which a broken schema is explained: what types of values mean, and the words of the other dialect."""

from __future__ import annotations

import re

_TYPES = {
    "score": "a whole number, INFINITY or -INFINITY",
    "scoreOrDefault": "a whole number, INFINITY, -INFINITY or default",
    "booleanOrDefault": "true, false or default",
    "role": "Started, Stopped, Master or Slave",
    "targetRole": "Started, Stopped, Master, Slave or default",
    "action": "start, stop, promote or demote",
    "time": "a number with s, min or h, such as 60s",
    "number": "a whole number",
    "resourceName": "at most 64 letters, digits or other signs, but neither blanks nor colons",
    "identifier": 'a letter or "_", then letters, digits, ".", "-" and "_"',
    "reference": "the id of another object",
    "boolean": "true or false",
    "nonNegativeInteger": "0 or a larger whole number",
}
_ATTRIBUTES = {
    ("op", "disabled"): 'Write enabled="false" for disabled="true", and nothing for disabled="false".',
    ("op", "prereq"): 'Write "requires".',
    ("rsc_order", "from"): 'Pacemaker says first and then: with type="before" write first, else then.',
    ("rsc_order", "to"): 'Pacemaker says first and then: with type="before" write then, else first.',
    ("rsc_order", "type"): "Remove it: first and then say which comes before.",
    ("rsc_order", "action"): "Write first-action or then-action.",
    ("rsc_order", "to_action"): "Write first-action or then-action.",
    ("rsc_colocation", "from"): 'Write "rsc".',
    ("rsc_colocation", "to"): 'Write "with-rsc".',
    ("rsc_colocation", "from_role"): 'Write "rsc-role".',
    ("rsc_colocation", "to_role"): 'Write "with-rsc-role".',
    ("rsc_colocation", "symmetrical"): "Remove it: a colocation of Pacemaker has no such choice.",
    ("cib", "remote_access_port"): 'Write "remote-tls-port".',
    ("op", "requires"): 'Heartbeat 2.1 calls it "prereq".',
    ("op", "enabled"): 'Write disabled="true" for enabled="false", and nothing for enabled="true".',
    ("rsc_order", "first"): 'Heartbeat 2.1 says from, to and type: from="…" type="before" to="…".',
    ("rsc_order", "then"): 'Heartbeat 2.1 says from, to and type: from="…" type="before" to="…".',
    ("rsc_colocation", "rsc"): 'Heartbeat 2.1 calls it "from".',
    ("rsc_colocation", "with-rsc"): 'Heartbeat 2.1 calls it "to".',
    ("lifetime", "id"): "Remove it: a lifetime has no id in Pacemaker 1.0.",
}
"""What to write in place of a word of the other dialect, where its spelling does not tell."""
_ELEMENTS = {
    "attributes": "Pacemaker has no <attributes>: put each <nvpair> directly below its set.",
    "master_slave": "Write <master>.",
    "master": "Write <master_slave>.",
    "rsc_defaults": "Heartbeat 2.1 has no defaults of resources but options such as default-resource-stickiness.",
    "op_defaults": 'Heartbeat 2.1 has no defaults of operations but the option "default-action-timeout".',
    "resource_set": "Heartbeat 2.1 has no resource sets: write one constraint for each pair.",
    "nvpair": "Put <attributes> around the nvpairs of a set.",
}


def expectation(name: str, words: tuple[str, ...]) -> str:
    """What a type takes: its words if it has a list of them, else what is known of it by name; nothing for any text."""
    if words:
        return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return _TYPES.get(name.rpartition("}")[2], "")


def legal_id(name: str) -> str:
    """An id as near to the name as can be: what no id may hold becomes a dash."""
    repaired = re.sub(r"[^\w.-]", "-", name.strip())[:64]
    return repaired if re.match(r"[^\W\d]", repaired) else f"id-{repaired}"[:64].rstrip("-")


def rewording(tag: str, attribute: str, known: frozenset[str]) -> str:
    """What to write in place of an attribute that the other dialect has; nothing if that is not known here."""
    advice = _ATTRIBUTES.get((tag, attribute), "")
    swapped = attribute.replace("_", "-") if "_" in attribute else attribute.replace("-", "_")
    if not advice and swapped != attribute and swapped in known:
        return f'Write "{swapped}".'
    return advice


def element_advice(tag: str) -> str:
    """What to write in place of an element that the other dialect has."""
    return _ELEMENTS.get(tag, "")
