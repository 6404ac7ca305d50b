"""Names, types and defaults of every cluster option, meta option and operation attribute, dialect by dialect.

The engines read options by name and never complain about a name or a value they do not know; these tables are what a
rule, a migration step or a plan measures them against. Sources: policy engine and crmd of heartbeat 2.1.3
(`pe_opts`, `crmd_opts`, complex.c, unpack of operations), Pacemaker 1.0 and later (the same places, `man pacemaker-*`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from cibtools.backup.cib.dialect import Dialect


class ValueType(Enum):
    """What kind of text an option takes."""

    BOOLEAN = "boolean"
    ENUM = "enum"
    SCORE = "score"
    FAILURES = "failures"
    """A score that counts: not below 0."""
    INTEGER = "integer"
    TIME = "time"
    ROLE = "role"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Option:
    """One option as one dialect knows it."""

    name: str
    """As that dialect writes it."""
    type: ValueType
    default: str
    """What holds without it; empty if nothing does, or if the agent or the number of nodes decides."""
    words: tuple[str, ...] = ()
    """The values of an enum; engines compare them without regard to case."""


# Name with dashes, type or words of an enum, default in 2.1, Pacemaker 1.0, 1.1 and later; None: unknown there.
_CLUSTER: tuple[tuple[str, str, str | None, str | None, str | None], ...] = (
    ("no-quorum-policy", "stop freeze ignore", "stop", "stop", "stop"),
    ("symmetric-cluster", "boolean", "true", "true", "true"),
    ("stonith-enabled", "boolean", "false", "true", "true"),
    ("stonith-action", "reboot poweroff", "reboot", "reboot", "reboot"),
    ("default-resource-stickiness", "score", "0", "0", None),
    ("default-resource-failure-stickiness", "score", "0", "0", None),
    ("is-managed-default", "boolean", "true", "true", None),
    ("cluster-delay", "time", "60s", "60s", "60s"),
    ("transition-idle-timeout", "time", "60s", "60s", None),
    ("batch-limit", "integer", "30", "30", "0"),
    ("default-action-timeout", "time", "20s", "20s", None),
    ("stop-orphan-resources", "boolean", "true", "true", "true"),
    ("stop-orphan-actions", "boolean", "true", "true", "true"),
    ("remove-after-stop", "boolean", "false", "false", "false"),
    ("startup-fencing", "boolean", "true", "true", "true"),
    ("start-failure-is-fatal", "boolean", "true", "true", "true"),
    ("pe-error-series-max", "integer", "-1", "-1", "-1"),
    ("pe-warn-series-max", "integer", "-1", "5000", "5000"),
    ("pe-input-series-max", "integer", "-1", "4000", "4000"),
    ("dc-deadtime", "time", "10s", "20s", "20s"),
    ("cluster-recheck-interval", "time", "0", "15min", "15min"),
    ("election-timeout", "time", "2min", "2min", "2min"),
    ("shutdown-escalation", "time", "20min", "20min", "20min"),
    ("crmd-integration-timeout", "time", "3min", "3min", "3min"),
    ("crmd-finalization-timeout", "time", "30min", "30min", "30min"),
    ("short-resource-names", "boolean", "", None, None),
    ("join-reannouce", "text", "", None, None),
    ("suppress-cib-writes", "boolean", "", None, None),
    ("maintenance-mode", "boolean", None, "false", "false"),
    ("stonith-timeout", "time", None, "60s", "60s"),
    ("stop-all-resources", "boolean", None, "false", "false"),
    ("node-health-strategy", "text", None, "none", "none"),
    ("node-health-green", "score", None, "0", "0"),
    ("node-health-yellow", "score", None, "0", "0"),
    ("node-health-red", "score", None, "-INFINITY", "-INFINITY"),
    ("crmd-transition-delay", "time", None, "0s", "0s"),
    ("expected-quorum-votes", "integer", None, "2", ""),
    ("dc-version", "text", None, "", ""),
    ("cluster-infrastructure", "text", None, "heartbeat", ""),
    ("last-lrm-refresh", "text", "", "", ""),
    ("cluster-name", "text", None, None, ""),
    ("have-watchdog", "boolean", None, None, "false"),
    ("enable-startup-probes", "boolean", None, None, "true"),
    ("concurrent-fencing", "boolean", None, None, ""),
    ("stonith-watchdog-timeout", "text", None, None, "0"),
    ("stonith-max-attempts", "score", None, None, "10"),
    ("priority-fencing-delay", "time", None, None, "0"),
    ("fence-reaction", "stop panic", None, None, "stop"),
    ("fencing-reaction", "stop panic", None, None, "stop"),
    ("placement-strategy", "default utilization minimal balanced", None, None, "default"),
    ("migration-limit", "integer", None, None, "-1"),
    ("load-threshold", "text", None, None, "80%"),
    ("node-action-limit", "integer", None, None, "0"),
    ("cluster-ipc-limit", "integer", None, None, "500"),
    ("enable-acl", "boolean", None, None, "false"),
    ("shutdown-lock", "boolean", None, None, "false"),
    ("shutdown-lock-limit", "time", None, None, "0"),
    ("node-health-base", "score", None, None, "0"),
    ("node-pending-timeout", "time", None, None, "0"),
    ("join-integration-timeout", "time", None, None, "3min"),
    ("join-finalization-timeout", "time", None, None, "30min"),
    ("transition-delay", "time", None, None, "0s"),
)
_META: tuple[tuple[str, str, str | None, str | None, str | None], ...] = (
    ("allow-migrate", "boolean", "false", "false", "false"),
    ("target-role", "role", "", "", ""),
    ("is-managed", "boolean", "true", "true", "true"),
    ("resource-stickiness", "score", "0", "0", "0"),
    ("resource-failure-stickiness", "score", "0", "0", None),
    ("multiple-active", "stop_start stop_only block", "stop_start", "stop_start", "stop_start"),
    ("restart-type", "ignore restart", "ignore", "ignore", "ignore"),
    ("globally-unique", "boolean", "true", "false", "false"),
    ("clone-max", "integer", "", "", ""),
    ("clone-node-max", "integer", "1", "1", "1"),
    ("master-max", "integer", "1", "1", "1"),
    ("master-node-max", "integer", "1", "1", "1"),
    ("start-prereq", "nothing quorum fencing", "", None, None),
    ("priority", "integer", "0", "0", "0"),
    ("notify", "boolean", "false", "false", "false"),
    ("ordered", "boolean", "false", "false", "false"),
    ("interleave", "boolean", "false", "false", "false"),
    ("collocated", "boolean", "true", "true", "true"),
    ("migration-threshold", "failures", None, "INFINITY", "INFINITY"),
    ("failure-timeout", "time", None, "0", "0"),
    ("requires", "nothing quorum fencing unfencing", None, None, ""),
    ("maintenance", "boolean", None, None, "false"),
    ("critical", "boolean", None, None, "true"),
    ("promotable", "boolean", None, None, "false"),
    ("promoted-max", "integer", None, None, "1"),
    ("promoted-node-max", "integer", None, None, "1"),
    ("clone-min", "integer", None, None, "0"),
    ("container", "text", None, None, ""),
    ("remote-node", "text", None, None, ""),
    ("remote-addr", "text", None, None, ""),
    ("remote-port", "text", None, None, "3121"),
    ("remote-connect-timeout", "time", None, None, "60s"),
    ("remote-allow-migrate", "boolean", None, None, "true"),
    ("allow-unhealthy-nodes", "boolean", None, None, "false"),
    ("provides", "text", None, None, ""),
)
_OPERATION: tuple[tuple[str, str, str | None, str | None, str | None], ...] = (
    ("interval", "time", "0", "", ""),
    ("timeout", "time", "", "", ""),
    ("start-delay", "time", "0", "0", "0"),
    ("disabled", "boolean", "false", None, None),
    ("enabled", "boolean", None, "true", "true"),
    ("record-pending", "boolean", None, "false", "true"),
    ("role", "Stopped Started Slave Master", "Started", "Started", "Started"),
    ("prereq", "nothing quorum fencing", "", None, None),
    ("requires", "nothing quorum fencing", None, "", ""),
    ("on-fail", "ignore block stop restart fence", "", "", ""),
)
# What a later dialect adds to an enum. `nothing` and `migrate` of 2.1 are in no DTD, but its engine reads them.
_MORE_WORDS = {
    ("no-quorum-policy", Dialect.P10): "suicide",
    ("no-quorum-policy", Dialect.P11): "suicide demote fence",
    ("stonith-action", Dialect.P11): "off",
    ("multiple-active", Dialect.P11): "stop_unexpected",
    ("role", Dialect.P11): "Promoted Unpromoted",
    ("requires", Dialect.P11): "unfencing",
    ("on-fail", Dialect.HB2): "nothing migrate",
    ("on-fail", Dialect.P10): "standby",
    ("on-fail", Dialect.P11): "standby demote restart-container",
}
ROLES = ("Stopped", "Started", "Slave", "Master")
"""The target roles of all dialects; from 2.1 of Pacemaker on also `Promoted` and `Unpromoted`."""
NO_VALUE = frozenset({"#default", "default"})
"""Values that say nothing: the GUI of 2.1 writes them, and every engine takes the default then."""
UNDERSCORE_ONLY = frozenset({"dc-deadtime", "cluster-recheck-interval", "election-timeout", "shutdown-escalation"})
"""Cluster options that crmd 2.1 reads under the name with underscores and under no other."""
DASH_ONLY = frozenset(
    {
        "batch-limit",
        "pe-error-series-max",
        "pe-warn-series-max",
        "pe-input-series-max",
        "start-failure-is-fatal",
        "crmd-integration-timeout",
        "crmd-finalization-timeout",
        "cluster-delay",
    }
)
"""Cluster options that came after the change of style, so that 2.1 knows no name with underscores."""


def dashed(name: str) -> str:
    """The name as Pacemaker writes it; option tables are keyed by it."""
    return name.replace("_", "-")


def meta_spelling(name: str, dialect: Dialect) -> str:
    """A meta option as the dialect writes it, given in either spelling."""
    return dashed(name) if dialect.is_pacemaker else name.replace("-", "_")


@lru_cache(maxsize=3)
def cluster_options(dialect: Dialect) -> Mapping[str, Option]:
    """The options of `crm_config` by their names with dashes."""
    return _table(_CLUSTER, dialect, underscored=UNDERSCORE_ONLY | {"transition-idle-timeout"})


@lru_cache(maxsize=3)
def meta_options(dialect: Dialect) -> Mapping[str, Option]:
    """The options of resources by their names with dashes."""
    return _table(_META, dialect, underscored=None)


@lru_cache(maxsize=3)
def operation_attributes(dialect: Dialect) -> Mapping[str, Option]:
    """The attributes of `op` that have a type, by their names with dashes."""
    return _table(_OPERATION, dialect, underscored=None)


def meta_option_like(name: str, dialect: Dialect) -> Option | None:
    """Find the meta option of more than one word whose name differs at most by dashes, underscores, blanks and case."""
    return _by_letters(meta_options, dialect).get(_letters(name))


def cluster_option_like(name: str, dialect: Dialect) -> Option | None:
    """Find the cluster option whose name differs at most by dashes, underscores, blanks and case."""
    return _by_letters(cluster_options, dialect).get(_letters(name))


@lru_cache(maxsize=6)
def _by_letters(table: Callable[[Dialect], Mapping[str, Option]], dialect: Dialect) -> Mapping[str, Option]:
    return {_letters(name): option for name, option in table(dialect).items() if "-" in name}


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def is_meta_option(name: str) -> bool:
    """True if any dialect knows a meta option of that name, in either spelling."""
    return dashed(name) in _all_meta()


@lru_cache(maxsize=1)
def _all_meta() -> frozenset[str]:
    return frozenset(row[0] for row in _META)


def _table(
    rows: tuple[tuple[str, str, str | None, str | None, str | None], ...],
    dialect: Dialect,
    underscored: frozenset[str] | None,
) -> Mapping[str, Option]:
    """One dialect's column; `underscored` are the names that 2.1 writes so, None for all of them."""
    column = {Dialect.HB2: 2, Dialect.P10: 3, Dialect.P11: 4}[dialect]
    found: dict[str, Option] = {}
    for row in rows:
        name, kind, default = row[0], row[1], row[column]
        if not isinstance(default, str):
            continue
        old = dialect is Dialect.HB2 and (underscored is None or name in underscored)
        written = name.replace("-", "_") if old else name
        if kind in _TYPES:
            found[name] = Option(written, ValueType(kind), default)
        else:
            words = f"{kind} {_MORE_WORDS.get((name, dialect), '')}".split()
            found[name] = Option(written, ValueType.ENUM, default, tuple(words))
    return found


_TYPES = frozenset(found.value for found in ValueType)
