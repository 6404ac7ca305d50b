"""Whoever runs Pacemaker's scheduler on paper: handed in from outside, since the core runs no programs."""

from __future__ import annotations

from typing import Protocol

from lxml import etree


class Simulated(Protocol):
    """What the scheduler gave for one CIB."""

    @property
    def accepted(self) -> bool:
        """True if it planned, and the plan could be carried out; an empty plan is one."""

    @property
    def planned(self) -> bool:
        """True also for a plan that cannot be carried out to its end, because its actions wait for each other."""

    @property
    def late(self) -> bool:
        """True if it gave no answer in time."""

    @property
    def complaint(self) -> str:
        """Why not."""

    @property
    def stdout(self) -> str:
        """What it printed, the summary of the transition among it."""

    @property
    def graph(self) -> bytes:
        """The transition graph as XML."""

    @property
    def after(self) -> bytes:
        """The CIB after the transition, in the newest schema it knows."""


class Scheduler(Protocol):
    """Runs the scheduler on a CIB; nothing of any real cluster is touched."""

    def run(self, cib: bytes, *arguments: str) -> Simulated:
        """Plan for a CIB, and simulate the plan; arguments are those of crm_simulate, such as `--node-down=host1`."""

    def version(self) -> str:
        """What it says of its version."""


def parse_answer(data: bytes) -> etree._Element:
    """Return the root of XML that a tool of the cluster wrote; raise XMLSyntaxError if it is none.

    Nothing of it is loaded from elsewhere, as with every CIB; it needs no repair and no places.
    """
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def drop_status(cib: etree._Element) -> None:
    """Take the status section out of a CIB, before it gets another or none."""
    for status in list(cib.iterchildren("status")):
        cib.remove(status)
