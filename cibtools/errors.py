"""The errors a user can cause: one class for each way an input, a setting or a rule can be wrong.

They carry what a person needs to mend the cause: a message, a hint, and the place. `cibtools.cli` prints each of them
as one line and turns it into exit status 2; a finding of the linter is never an exception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cibtools.location import Location


class CibtoolsError(Exception):
    """The common base; never raised itself."""

    def __init__(self, message: str, *, hint: str = "", location: Location | None = None) -> None:
        super().__init__(message)
        self.message = message
        """One sentence, the object first."""
        self.hint = hint
        """What to do about it; empty if the message says it all."""
        self.location = location
        """Where, if a file is to blame."""


class InputError(CibtoolsError):
    """An input cannot be opened, is too large, or is not what it has to be."""


class ConfigError(CibtoolsError):
    """An option or a configuration file says something that cannot be meant."""


class RuleError(CibtoolsError):
    """A rule file breaks the rule schema or names a check that does not exist."""


class PlanError(CibtoolsError):
    """A plan cannot be made from what is known: the nodes, or the version that runs."""
