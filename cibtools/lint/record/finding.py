"""Findings: what a check sees (`Hit`) and what a user is told (`Finding`)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from enum import Enum

from msgspec import Struct, field

from cibtools.cluster.model.place import Place
from cibtools.lint.record.fix import Fix
from cibtools.location import Location


class Severity(Enum):
    """How bad it is: what happens at three in the morning with nobody there decides."""

    ERROR = "error"
    """The cluster rejects, ignores or crashes on it, or data is at stake."""
    WARNING = "warning"
    """It works until something happens: failover, node return, upgrade."""
    INFO = "info"
    """Worth a look."""

    @property
    def rank(self) -> int:
        """3 for errors, 1 for infos."""
        return {"error": 3, "warning": 2, "info": 1}[self.value]


class Note(Struct, frozen=True):
    """A second place that has to do with a finding, and what to know about it."""

    place: Place
    message: str


class Hit(Struct, frozen=True):
    """What a check yields: a place and the values for the rule's message."""

    place: Place
    values: Mapping[str, object] = field(default_factory=dict)
    """Fills the `{name}` fields of the message and the remedy; never put a secret in."""
    variant: str = ""
    notes: tuple[Note, ...] = ()
    severity: Severity | None = None
    """Where the severity depends on the circumstances; else the variant's or the rule's holds."""
    subject: str = ""
    """The id or name the finding is about, for lists in folded findings."""
    discriminator: str = ""
    """Tells apart several findings of one rule on one object, in words that outlast an edit."""
    topics: frozenset[Hashable] = frozenset()
    """What else besides its place this finding is about; a more specific rule on one of them replaces it."""
    about: Place | None = None
    """What it is about, if the place is only one of several that show it; the identity of the finding is made of it."""
    mutual: bool = False
    """True if the notes name equal parties to the mistake: which of them is the place is chance, so all of them make
    the finding's identity, in any order."""
    fix: Fix | None = None
    """What would clear it, if a program can do that."""


class Finding(Struct, frozen=True):
    """One finding as it is reported."""

    code: str
    """The rule's code, such as CIB601."""
    name: str
    """The rule's name, such as missing-order-score."""
    variant: str
    """The variant of the rule, or nothing."""
    severity: Severity
    confidence: str
    """high, medium or low: how far the files alone prove it."""
    message: str
    """One sentence, the object first; never holds a secret."""
    remedy: str
    """What to do, or nothing."""
    place: Place
    notes: tuple[Note, ...]
    route: str
    discriminator: str
    subjects: tuple[str, ...] = ()
    """The ids of all objects concerned, if several findings were folded into this one."""
    suppressed_by: str = ""
    """The reason given in the comment that silences it; empty for findings that count."""
    cluster: str = ""
    """What tells its cluster from the others of the run; empty if there is only one."""
    ordinal: int = 0
    """Counts findings that rule, route and discriminator do not tell apart."""
    accepted: bool = False
    """True if a baseline holds it."""
    fixes: tuple[Fix, ...] = ()
    """What would clear it; several if it was folded of several."""

    @property
    def location(self) -> Location:
        """Lines and columns of the place."""
        return self.place.location

    @property
    def fingerprint(self) -> str:
        """Identity across edits and runs: 16 hexadecimal digits made of rule, route, discriminator and ordinal."""
        # Only machine formats ask for it, and the module loads OpenSSL.
        import hashlib

        parts = (self.code, self.route, self.discriminator, *((str(self.ordinal),) if self.ordinal else ()))
        # Names of files need not be text.
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
