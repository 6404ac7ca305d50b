"""The tools that read and write the CIB as a whole: cibadmin, crm_verify and ptest."""

from __future__ import annotations

import hashlib
from copy import deepcopy

from lxml import etree

from cibtools.cluster.scheduler import parse_answer
from cibtools.rehearsal import edit
from cibtools.rehearsal.call import Call, Reply, Tool
from cibtools.rehearsal.tools.options import Options, parse, spelling
from cibtools.rehearsal.world import World, generation
from cibtools.runbook.plan.enums import Tools

SHADOWS = "/var/lib/heartbeat/crm/shadow"
"""How the path of a copy of the CIB begins: `get_shadow_file` of lib/cib/cib_client.c."""
_NAMED = ("c", "C", "D", "r", "s", "e")
_NOT_THERE = Reply(stderr="Call failed: The object/attribute does not exist\n", status=22)


def cibadmin(call: Call) -> Reply:
    """Query, replace, create, modify or delete parts of the CIB; print a digest; upgrade the syntax."""
    given = parse(call.words, spelling(call.release, call.name))
    if "5" in given:
        return Reply(hashlib.md5(_given(call, given).replace(b" ", b""), usedforsecurity=False).hexdigest() + "\n")
    if not call.host.member:
        return Reply(stderr="Signon to CIB failed: connection failed\n", status=2)
    if "Q" in given:
        return _query(call.world, given.get("o"))
    if "u" in given:
        if "f" not in given:
            return Reply(stderr="The supplied command is considered dangerous\n", status=22)
        call.world.cib = call.reaction.restated()
        return Reply()
    try:
        new = parse_answer(_given(call, given))
    except (OSError, etree.XMLSyntaxError) as error:
        return Reply(stderr=f"Couldn't parse input: {error}\n", status=1)
    reply = _change(call.world, given, new)
    if reply.status == 0:
        if not ("R" in given and new.tag == "cib"):
            edit.count(call.world)
        call.reaction.settle()
    return reply


def _given(call: Call, given: Options) -> bytes:
    """Return the XML that a command is given: in a file, as its words, or on standard input."""
    if given.get("x"):
        return call.read(given.get("x"))
    if given.get("X"):
        return given.get("X").encode()
    return call.stdin.encode()


def _query(world: World, name: str) -> Reply:
    if not name:
        whole = deepcopy(world.cib)
        if whole.find("status") is None:
            etree.SubElement(whole, "status")
        whole.set("have_quorum" if world.tools is Tools.HB21 else "have-quorum", "true")
        # Each element on a line of its own, as the tool writes it.
        etree.indent(whole)
        return Reply(etree.tostring(whole, encoding="unicode") + "\n")
    found = etree.Element("status") if name == "status" else edit.section(world, name)
    return _NOT_THERE if found is None else Reply(etree.tostring(found, encoding="unicode", with_tail=False) + "\n")


def _change(world: World, given: Options, new: etree._Element) -> Reply:
    if "R" in given and new.tag == "cib":
        for tag in ("admin_epoch", "epoch"):
            if int(new.get(tag, "0")) > int(world.cib.get(tag, "0")):
                break
            if int(new.get(tag, "0")) < int(world.cib.get(tag, "0")):
                return Reply(stderr="Call failed: Update was older than existing configuration\n", status=45)
        world.cib = new
        return Reply()
    home = edit.section(world, given.get("o") or str(new.tag))
    if home is None:
        return _NOT_THERE
    if "R" in given and new.tag == home.tag:
        home.getparent().replace(home, new)  # type: ignore[union-attr]
        return Reply()
    old = next((one for one in home.iter(str(new.tag)) if one.get("id") == new.get("id")), None)
    if "C" in given:
        if old is not None:
            return Reply(stderr="Call failed: The object already exists\n", status=21)
        home.append(new)
        return Reply()
    if old is None:
        return Reply() if "D" in given else _NOT_THERE
    above = old.getparent()
    assert above is not None
    if "D" in given:
        above.remove(old)
    else:
        above.replace(old, new)
    return Reply()


def crm_verify(call: Call) -> Reply:
    """Check the live CIB or a file: the scheduler must take it."""
    given = parse(call.words, spelling(call.release, call.name))
    if "L" in given and not call.host.member:
        return Reply(stderr="Live CIB query failed\n", status=1)
    if "L" not in given:
        try:
            parse_answer(_given(call, given))
        except (OSError, etree.XMLSyntaxError) as error:
            return Reply(stderr=f"Couldn't parse input: {error}\n", status=1)
    return Reply()


def ptest(call: Call) -> Reply:
    """Show what the cluster would do."""
    given = parse(call.words, spelling(call.release, call.name))
    if "L" in given and not call.host.member:
        return Reply(stderr="Signon to CIB failed\n", status=1)
    file = given.get("x" if generation(call.release) is Tools.P10 else "X")
    try:
        found = parse_answer(call.read(file)) if file else call.world.cib
    except (OSError, etree.XMLSyntaxError) as error:
        return Reply(stderr=f"Couldn't parse input: {error}\n", status=1)
    lines = [f"ptest: notice: LogActions: {action}" for action in call.reaction.foresee(found)]
    return Reply(stderr="".join(f"{line}\n" for line in lines))


def crm_shadow(call: Call) -> Reply:
    """Make, compare, commit or delete a copy of the CIB that tools work on: tools/cib_shadow.c of Pacemaker 1.0."""
    given = parse(call.words, spelling(call.release, call.name))
    name = next((value for letter in _NAMED if (value := given.get(letter))), call.shadow)
    file = call.node, f"{SHADOWS}.{name}"
    disk, world = call.world.disk, call.world
    if not name:
        return Reply(stderr="No shadow instance provided\n", status=22)
    if "w" in given:
        return Reply(f"{name}\n")
    if _is_dangerous(given) and "f" not in given:
        return Reply(stderr="The supplied command is considered dangerous.\n", status=1)
    if "D" in given:
        disk.pop(file, None)
        return Reply()
    if not call.host.member:
        return Reply(stderr="Signon to CIB failed: connection failed\n", status=1)
    if "c" in given:
        if file in disk and "f" not in given:
            return Reply(stderr=f"A shadow instance '{name}' already exists.\n", status=21)
        disk[file] = etree.tostring(world.cib)
        return Reply(f"A new shadow instance was created.  To begin using it paste the following into your shell:\n"
                     f"  CIB_shadow={name} ; export CIB_shadow\n")  # fmt: skip
    if file not in disk:
        return Reply(stderr=f"Could not access shadow instance '{name}': No such file or directory\n", status=22)
    if "d" in given:
        same = disk[file] == etree.tostring(world.cib)
        return Reply() if same else Reply(stderr="- <cib/>\n+ <cib/>\n", status=1)
    reply = _change(world, Options(frozenset("R"), {}), parse_answer(disk[file])) if "C" in given else Reply()
    call.reaction.settle()
    return reply


def _is_dangerous(given: Options) -> bool:
    """Tell whether a command of crm_shadow wants `-f`."""
    return bool(given.given & set("rCDe"))


TOOLS: dict[str, Tool] = {"cibadmin": cibadmin, "crm_verify": crm_verify, "ptest": ptest, "crm_shadow": crm_shadow}
"""By the name that is typed."""
