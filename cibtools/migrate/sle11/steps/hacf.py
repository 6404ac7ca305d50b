"""M132: what ha.cf says, line by line: in the new configuration, in the CIB, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cibtools.backup.lines.directive import Directive
from cibtools.cluster.model.place import Place
from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import decide
from cibtools.migrate.sle11.leftover import ASKED, DROPPED
from cibtools.migrate.sle11.membership import Membership, known_names, membership_of
from cibtools.migrate.sle11.steps.network import network_questions
from cibtools.migrate.sle11.steps.quorum import members

_STEP = "M132"
_OWN = frozenset(("ucast", "node"))
"""Directives that rightly differ between the nodes, or are compared by themselves."""


def account_for_hacf(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M132: tell for each line of ha.cf what becomes of it.

    Source: heartbeat 2.1.3 against corosync.conf(5) of corosync 1. Trigger: a new stack. Changes: nothing in the CIB;
    the configuration text is made of the same facts. What has no counterpart goes with its reason, or is asked about.
    """
    if not answers.converts_stack:
        return
    name, membership = config_name(answers), settled_membership(draft)
    if membership is None:
        question = (
            f"The input has no ha.cf, so there is no {name}, and nothing is known of what heartbeat started or pinged. "
            "Is there one?"
        )
        yield decide(_STEP, None, question, (f"give the ha.cf of each node too, or write {name} by hand",))
        return
    yield from _compare(draft)
    yield from _ask_about_crm(draft)
    for directive, spot in _lines(draft):
        yield from (note._replace(spot=spot) for note in _account(directive, membership))
    yield from network_questions(draft, answers, membership, name)


def config_name(answers: Answers) -> str:
    """The file that configures the new stack."""
    return "openais.conf" if answers.stack is Stack.OPENAIS else "corosync.conf"


def settled_membership(draft: Draft) -> Membership | None:
    """The membership of the migrated cluster: the nodes of the CIB, and what ha.cf says; None without an ha.cf."""
    return membership_of(draft.cluster, tuple(node.get("uname", "") for node in members(draft)))


def _lines(draft: Draft) -> Iterator[tuple[Directive, Place]]:
    """Each line of all copies once, with its place in the first that has it."""
    seen: set[str] = set()
    for document, ha_cf in draft.cluster.ha_cfs:
        for line in ha_cf.directives:
            if _text(line) not in seen:
                seen.add(_text(line))
                yield line, Place(document, spot=line.span, item=line.name)


def _text(directive: Directive) -> str:
    """A line of ha.cf without its comment, secrets masked."""
    return " ".join((directive.name, *(option.text for option in directive.options)))


def _compare(draft: Draft) -> Iterator[Note]:
    """Ask about copies of ha.cf that differ where they should not, and about nodes that only one side knows."""
    copies = [
        (document.path, {_text(line) for line in ha_cf.directives if line.name not in _OWN})
        for document, ha_cf in draft.cluster.ha_cfs
    ]
    for path, lines in copies[1:]:
        differing = sorted(lines ^ copies[0][1])
        if differing:
            question = f"{path} and {copies[0][0]} differ in more than their peers; the latter counts. Is that right?"
            yield decide(_STEP, None, question, ("make them equal and migrate again",), before="; ".join(differing))
    names, known = {node.get("uname", "").lower() for node in members(draft)}, known_names(draft.cluster)
    if known and names != known and "nodes" in draft.known:
        question = (
            f"The CIB has the nodes {', '.join(sorted(names))}, but heartbeat knows {', '.join(sorted(known))}; those "
            "of the CIB count. Is that right?"
        )
        yield decide(_STEP, None, question, ("take nodes that are gone out of the CIB before the migration",))


def _ask_about_crm(draft: Draft) -> Iterator[Note]:
    for document, ha_cf in draft.cluster.ha_cfs:
        if ha_cf.crm_mode in ("off", "invalid") and not document.excerpt:
            mode = ha_cf.last("crm") or ha_cf.last("pacemaker")
            question = (
                f"{document.path} does not switch the CRM on, so heartbeat ran from haresources and not from the CIB; "
                "haresources are not migrated. Is this the right ha.cf?"
            )
            other = (
                "give the ha.cf of the cluster that the CIB is of",
                f'migrate the CIB all the same: accept = ["{_STEP}"]',
            )
            before, spot = (f"crm {mode.text}", mode.span) if mode else ("", None)
            place = Place(document, spot=spot, item="crm")
            yield decide(_STEP, None, question, other, before=before, inhibits=True, spot=place)
            return


def _account(directive: Directive, membership: Membership) -> Iterator[Note]:
    word, text = directive.name, _text(directive)
    if word in _MAPPED:
        yield Note(_STEP, ChangeKind.REWRITTEN, None, "", text, *_MAPPED[word](directive, membership))
    elif word in ("respawn", "failfast"):
        yield _respawn(directive, text)
    elif word in ("logfile", "debugfile", "logfacility"):
        yield _log(word, text, membership)
    elif word in ASKED:
        question, other = ASKED[word]
        yield decide(_STEP, None, f"ha.cf has '{text}': {question}", (other,), before=text)
    else:
        reason = DROPPED.get(word, "heartbeat 2.1 knows no such directive")
        yield Note(_STEP, ChangeKind.DROPPED, None, "", text, "", reason)


def _ring(directive: Directive, membership: Membership) -> tuple[str, str]:
    words = [option.text for option in directive.options]
    names = words[:1] if directive.name in ("ucast", "mcast") else words
    numbers = {ring.interface: number for number, ring in enumerate(membership.rings)}
    found = [f"ringnumber: {numbers[interface]}" for interface in names if interface in numbers]
    return ", ".join(found), "one ring for each network interface, in the order of the file"


def _hosts(*_: object) -> tuple[str, str]:
    return "host_list", "the hosts are a parameter of the pingd resource, if there is one"


_MAPPED: dict[str, Callable[[Directive, Membership], tuple[str, str]]] = {
    "ucast": _ring,
    "mcast": _ring,
    "bcast": _ring,
    "udp": _ring,
    "node": lambda _, found: (f"expected-quorum-votes={len(found.nodes)}", "the nodes of the CIB are the members"),
    "deadtime": lambda _, found: (f"token: {found.token}", "milliseconds until a node counts as lost"),
    "crm": lambda *_: ("service { name: pacemaker }", "the CRM is Pacemaker, as a plugin"),
    "pacemaker": lambda *_: ("service { name: pacemaker }", "the CRM is Pacemaker, as a plugin"),
    "use_logd": lambda _, found: (
        f"use_logd: {'yes' if found.use_logd else 'no'}",
        "Pacemaker can log through the daemon as before; the service logd must be switched on",
    ),
    "debug": lambda _, found: (f"debug: {'on' if found.logs.debug else 'off'}", "there are no levels"),
    "ping": _hosts,
    "ping_group": _hosts,
}
"""Directives that something in the new configuration or the CIB stands for, and why."""

_PROGRAMS = {
    "pingd": ("ocf:pacemaker:pingd", "a resource pings from now on"),
    "evmsd": ("ocf:lvm2:clvmd", "SLE HA 11 has no EVMS; clvmd takes its place"),
    "mgmtd": ("use_mgmtd: yes", "the plugin starts it"),
}


def _respawn(directive: Directive, text: str) -> Note:
    words = [option.text for option in directive.options]
    program = words[1].rpartition("/")[2] if len(words) > 1 else ""
    if program in _PROGRAMS:
        return Note(_STEP, ChangeKind.REWRITTEN, None, "", text, *_PROGRAMS[program])
    if program == "ipfail":
        question = (
            f"ha.cf has '{text}': ipfail works with haresources only and did nothing here. Are resources to move away "
            "from a node that has lost its network?"
        )
        return decide(_STEP, None, question, ("a pingd resource, and rules that ask for it",), before=text)
    question = f"ha.cf has '{text}': the new stack starts no programs. Is {program or 'it'} still needed?"
    other = "start it at boot, or make it a resource, cloned if it must run on every node"
    return decide(_STEP, None, question, (other,), before=text)


def _log(word: str, text: str, membership: Membership) -> Note:
    logs = membership.logs
    if membership.use_logd:
        reason = "with use_logd on, only the file of the log daemon counts"
        return Note(_STEP, ChangeKind.DROPPED, None, "", text, "", reason)
    if word == "debugfile":
        question = f"ha.cf has '{text}': there is one log file only, and debug messages go there. Are two needed?"
        return decide(_STEP, None, question, ("let syslog sort them",), before=text)
    if word == "logfile":
        return Note(_STEP, ChangeKind.REWRITTEN, None, "", text, f"logfile: {logs.file}", "the log file")
    after = f"syslog_facility: {logs.facility}" if logs.facility else "to_syslog: no"
    return Note(_STEP, ChangeKind.REWRITTEN, None, "", text, after, "the facility of syslog")
