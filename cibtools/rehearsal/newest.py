"""The configuration in the syntax of the scheduler that is asked, without having it rewritten for each question.

A scheduler of today rewrites a CIB of Pacemaker 1.0 step by step, which takes far longer than to plan. What runbooks
change all the time means the same in every syntax: standby, target-role and the pins of `crm_resource -M`. So these are
taken out, what is left is rewritten once, and they are put back.
"""

from __future__ import annotations

from copy import deepcopy

from lxml import etree
from msgspec import Struct

from cibtools.cluster.scheduler import Scheduler, drop_status, parse_answer
from cibtools.errors import PlanError

_LIGHT = ("standby", "target-role")
_PINS = ("cli-prefer-", "cli-standby-", "cli-ban-")


class _Pair(Struct, frozen=True, eq=False):
    """An nvpair that was taken out."""

    owner: str
    """The id of the node or resource that it is about."""
    tag: str
    """The kind of its set."""
    set_id: str
    element: etree._Element


class Newest:
    """Rewrites configurations in the syntax that a scheduler knows best."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self._known: dict[bytes, bytes] = {}

    def rewritten(self, cib: etree._Element) -> etree._Element:
        """Return a CIB of Pacemaker 1.0, without status, in the newest syntax; it may be changed."""
        core = deepcopy(cib)
        core.set("epoch", "0")
        pairs = _take_pairs(core)
        pins = [
            one
            for one in core.iterfind("configuration/constraints/rsc_location")
            if one.get("id", "").startswith(_PINS)
        ]
        for pin in pins:
            pin.getparent().remove(pin)  # type: ignore[union-attr]
        data = etree.tostring(core)
        if data not in self._known:
            answer = self.scheduler.run(data)
            if not answer.planned:
                raise PlanError(f"the scheduler does not take the CIB of the rehearsal: {answer.complaint}")
            self._known[data] = answer.after
        found = parse_answer(self._known[data])
        drop_status(found)
        _put_back(found, pairs, pins)
        return found


def _take_pairs(core: etree._Element) -> list[_Pair]:
    taken = []
    places = (core.iterfind("configuration/nodes//nvpair"), core.iterfind("configuration/resources//nvpair"))
    for pair in [pair for found in places for pair in found if pair.get("name") in _LIGHT]:
        home = pair.getparent()
        assert home is not None
        owner = home.getparent()
        assert owner is not None
        taken.append(_Pair(owner.get("id", ""), str(home.tag), home.get("id", ""), pair))
        home.remove(pair)
        if not len(home):
            owner.remove(home)
    return taken


def _put_back(found: etree._Element, pairs: list[_Pair], pins: list[etree._Element]) -> None:
    owners = {
        one.get("id"): one for name in ("nodes", "resources") for one in found.iterfind(f"configuration/{name}//*[@id]")
    }
    for pair in pairs:
        home = owners.get(pair.set_id)
        if home is None:
            home = etree.Element(pair.tag, id=pair.set_id)
            owners[pair.owner].insert(0, home)
            owners[pair.set_id] = home
        home.append(pair.element)
    constraints = found.find("configuration/constraints")
    assert constraints is not None, "crm_simulate writes every section"
    constraints.extend(pins)
