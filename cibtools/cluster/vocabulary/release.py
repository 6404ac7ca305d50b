"""Releases of Pacemaker that an upgrade may lead to, and the distributions that bring them."""

from __future__ import annotations

Release = tuple[int, int]

TARGETS: dict[str, Release] = {
    "1.1": (1, 1),
    "2.0": (2, 0),
    "2.1": (2, 1),
    "3.0": (3, 0),
    "sle12": (1, 1),
    "sle15": (2, 1),
    "sle16": (3, 0),
    "rhel7": (1, 1),
    "rhel8": (2, 1),
    "rhel9": (2, 1),
    "rhel10": (3, 0),
}
"""The release by its name, or by the distribution whose newest service pack has it.

Source: the packages pacemaker of SLE HA 12 SP5, 15 SP7 and 16.0 and of RHEL 7.9, 8.10, 9.7 and 10.1.
"""
NEWEST = max(TARGETS.values())
ROLLING: tuple[tuple[Release, tuple[int, ...]], ...] = (((2, 0), (1, 1, 11)), ((3, 0), (2, 0, 0)))
"""From which release on the nodes may be upgraded one after the other, by the release that they get.

Source: changes of Pacemaker 2.0.0 and 3.0.0, "rolling upgrades".
"""


def release_of(text: str) -> Release:
    """Read MAJOR.MINOR."""
    major, _, minor = text.partition(".")
    return int(major), int(minor)
