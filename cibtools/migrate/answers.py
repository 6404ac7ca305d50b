"""The operator's answers: decisions that a CIB cannot tell, from a TOML file, so that a run can be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from msgspec import Struct, field

from cibtools.errors import ConfigError
from cibtools.toml import parse_toml


class Stack(Enum):
    """The cluster stack that the result is for."""

    HEARTBEAT = "heartbeat"
    """Only the CIB's language changes."""
    OPENAIS = "openais"
    """SLE HA 11: what EVMS, pingd and OCFS2 need there comes along, and openais.conf."""
    COROSYNC = "corosync"
    """The same with corosync.conf."""


class StatusChoice(Enum):
    """What becomes of the status section."""

    DROP = "drop"
    KEEP = "keep"


class Answers(Struct, frozen=True):
    """Every decision with its default."""

    stack: Stack = Stack.HEARTBEAT
    status: StatusChoice = StatusChoice.DROP
    evms: Mapping[str, str] = field(default_factory=dict)
    """Old device path to new one (M126)."""
    ping_agent: str = "pingd"
    """`pingd`, or `ping` from Pacemaker 1.0.5 on (M123)."""
    threshold: str | int = "exact"
    """migration-threshold in place of failure stickiness: `exact`, `none`, or the number for all (M014)."""
    compare: str = "number"
    """How expressions without a type compare from now on: `number` or `string` (M065)."""
    stray_enabled: str = "drop"
    """`keep` lets an `enabled` that 2.1 did not read take effect (M053)."""
    two_node_policy: str = ""
    """no-quorum-policy of two nodes: `ignore` or `keep`; M122 decides if empty."""
    order_clone_primitive: str = "INFINITY"
    """Score of an order without one from a clone to a primitive: `INFINITY` or `0` (M082)."""
    accept: frozenset[str] = frozenset()
    """Steps, or `STEP:id` for one object, whose decision is taken as it stands; lifts their refusals."""
    given: frozenset[str] = frozenset()
    """The keys that the operator answered, whatever the answer; their questions are not asked again."""

    @property
    def converts_stack(self) -> bool:
        """True if the result is for another stack than heartbeat."""
        return self.stack is not Stack.HEARTBEAT

    def accepts(self, step: str, identity: str = "") -> bool:
        """True if the operator takes a step's default, for everything or for the object of that id."""
        return step in self.accept or f"{step}:{identity}" in self.accept


_WORDS = {
    "ping-agent": ("pingd", "ping"),
    "compare": ("number", "string"),
    "stray-enabled": ("drop", "keep"),
    "two-node-policy": ("ignore", "keep"),
    "order-clone-primitive": ("INFINITY", "0"),
}
_KEYS = (*_WORDS, "threshold", "evms", "accept")


def parse_answers(text: str, path: str) -> Answers:
    """Read an answers file; raise ConfigError for what it cannot mean, naming the file and the key."""
    table: dict[str, Any] = parse_toml(text, path, 'answers look like: threshold = "exact"')
    for key, value in table.items():
        _check(path, key, value)
    threshold, evms, accept = table.get("threshold", "exact"), table.get("evms", {}), table.get("accept", [])
    defaults = Answers()
    return Answers(
        evms=dict(evms),
        ping_agent=table.get("ping-agent", defaults.ping_agent),
        threshold=threshold,
        compare=table.get("compare", defaults.compare),
        stray_enabled=table.get("stray-enabled", defaults.stray_enabled),
        two_node_policy=table.get("two-node-policy", defaults.two_node_policy),
        order_clone_primitive=table.get("order-clone-primitive", defaults.order_clone_primitive),
        accept=frozenset(accept),
        given=frozenset(table),
    )


def _is_path(value: object) -> bool:
    """True for what can stand in a CIB as a device: TOML can say characters that XML cannot."""
    return isinstance(value, str) and value.startswith("/") and value.isprintable()


def _check(path: str, key: str, value: object) -> None:
    if key not in _KEYS:
        # Imported here, since few files hold a mistake.
        from cibtools.cluster.vocabulary.spelling import nearest

        near = nearest(key, _KEYS)
        hint = f'did you mean "{near}"?' if near else f"keys are {', '.join(sorted(_KEYS))}"
        raise ConfigError(f'{path}: "{key}" is no answer that the migration asks for', hint=hint)
    match key, value:
        case "threshold", "exact" | "none":
            return
        case "threshold", int() if not isinstance(value, bool) and value > 0:
            return
        case "evms", dict() if all(map(_is_path, value.values())):
            return
        case "accept", list() if all(isinstance(step, str) for step in value):
            return
        case _, str() if value in _WORDS.get(key, ()):
            return
    meant = {
        "threshold": 'must be "exact", "none" or a whole number above 0',
        "evms": 'must be a table of paths: "/dev/evms/san2/cfgpool" = "/dev/san2/cfgpool"',
        "accept": 'must be a list of steps: accept = ["M042"]',
    }
    words = " or ".join(f'"{word}"' for word in _WORDS.get(key, ()))
    raise ConfigError(
        f"{path}: {key} = {value!r} cannot be meant", hint=f"{key} {meant.get(key) or f'must be {words}'}"
    )
