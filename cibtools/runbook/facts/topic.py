"""Which rules of the linter hurt where: the topics of findings, for the steps that they are attached to.

A finding belongs to the step in which it does harm, not to a list at the end that nobody reads at night.
"""

from __future__ import annotations

ORDERS = ("CIB601", "CIB602", "CIB606")
"""Orders and what hangs on clones: wherever a node comes back or a stack starts."""
MOVING = ("XEN10", "CIB204")
"""What a domU is made of, and options in the wrong set: wherever it moves."""
TIMEOUTS = ("CIB5",)
"""Operations with too little time: where they run."""
FENCING = ("CIB401", "CIB402", "CIB403", "CIB404", "CIB405", "CIB406", "CIB407")
"""Devices that fence nobody, or the wrong one: before the work, and wherever a failure leads to fencing."""
WEAK_FENCING = ("CIB404", "CIB405", "CIB406")
"""Of these, what is wrong with the devices that there are."""
BEFORE = ("CIB70", "XEN102", "XEN104", "XEN105", "XEN203", "CIB613")
"""Leftovers, and what two domUs share: before the first change."""
SECRETS = ("CIB408",)
"""Passwords in clear: where files with them are written."""
FILES = ("XEN1",)
"""Everything about xm files: where they are written anew."""
