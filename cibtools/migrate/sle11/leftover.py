"""What becomes of each directive of ha.cf that is no line of the new configuration, as data."""

from __future__ import annotations

_CRM = "the new stack has no such setting"
DROPPED = {
    "apiauth": "programs of the new stack need no permission by name",
    "auto_failback": "with crm on it had no effect; resource-stickiness decides",
    "nice_failback": "with crm on it had no effect; resource-stickiness decides",
    "baud": "there are no serial links",
    "udpport": "the new stack has its own ports; open those of the new configuration in the firewall",
    "keepalive": "a token goes round without a fixed beat; token says how long it may be away",
    "warntime": "the new stack gives no warning before a node is lost",
    "initdead": "there is no such timer; the nearest is the cluster option dc-deadtime",
    "deadping": "pingd is a resource from now on; its dampen and timeouts decide",
    "coredumps": "core files follow ulimit",
    "coreroot": "core files follow ulimit",
    "realtime": "the new stack always runs in realtime",
    "rtprio": "the new stack always runs in realtime",
    "memreserve": "the new stack locks its memory by itself",
    "msgfmt": "messages have one form",
    "compression": "messages are not compressed",
    "compression_threshold": "messages are not compressed",
    "traditional_compression": "messages are not compressed",
    "conn_logd_time": _CRM,
    "hbgenmethod": "generations of a cluster are counted by the ring",
    "uuidfrom": "nodes have no uuid",
    "hopfudge": "there are no serial links",
    "normalpoll": _CRM,
    "max_rexmit_delay": _CRM,
    "log_badpack": _CRM,
    "use_apphbd": _CRM,
    "syslogmsgfmt": _CRM,
    "record_config_changes": "Pacemaker always keeps old configurations",
    "record_pengine_inputs": "Pacemaker always keeps them; pe-input-series-max says how many",
    "enable_config_writes": "Pacemaker always writes its configuration",
    "autojoin": "members are those that reach the ring and have its key",
}
"""Directives that go without loss, each with the reason."""

ASKED = {
    "serial": (
        "a serial link has no counterpart. If it was the second path between the nodes, losing the network means a "
        "split cluster from now on. Is there another network for a second ring?",
        "bond two network cards, or add a second interface block",
    ),
    "hbaping": (
        "pinging over Fibre Channel has no counterpart. Does anything depend on it?",
        "rules that ask for its attribute never hold; take them out",
    ),
    "openais": (
        "heartbeat over openais has no counterpart. Which network connects the nodes?",
        "add an interface block",
    ),
    "mcast6": (
        "cibtools does not convert multicast over IPv6. Which network connects the nodes?",
        "add an interface block",
    ),
    "tipc": ("TIPC has no counterpart. Which network connects the nodes?", "add an interface block"),
    "watchdog": (
        "the new stack does not feed this watchdog: a node that hangs is not reset any more. Is fencing enough?",
        "use sbd, which feeds a watchdog, or leave it to the fencing devices of the CIB",
    ),
    "stonith": (
        "this fencing device is configured outside the CIB, and the new stack does not see it. Is there one in the "
        "CIB?",
        "make it a resource of class stonith",
    ),
    "stonith_host": (
        "this fencing device is configured outside the CIB, and the new stack does not see it. Is there one in the "
        "CIB?",
        "make it a resource of class stonith",
    ),
    "quorum_server": (
        "the quorum server has no counterpart. Who decides if the nodes lose sight of each other?",
        "a third node, or fencing with no-quorum-policy=ignore",
    ),
    "cluster": (
        "the name of the cluster was for the quorum server, which has no counterpart. Who decides about quorum?",
        "a third node, or fencing with no-quorum-policy=ignore",
    ),
    "env": (
        "the new stack sets no environment for its programs. Does an agent or a plugin need this variable?",
        "set it in /etc/sysconfig/openais or /etc/sysconfig/pacemaker, as the release has it",
    ),
}
"""Directives whose loss somebody must judge: what it means, and what else there is."""
