"""Which words of a line of ha.cf may be a secret: parameters of fencing devices and arguments of programs.

They have no names. What is certainly none stays readable: paths, options, and the arguments of heartbeat's own
programs, which take no password.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cibtools.backup.record.secret import is_secret_name

_OWN = frozenset((
    "pingd", "ipfail", "dopd", "mgmtd", "hbagent", "evmsd", "cibmon", "ccm", "cib", "crmd", "lrmd", "stonithd", "attrd",
    "apphbd", "recoverymgrd", "ldirectord", "quorumd", "tsa_plugin", "drbd-peer-outdater",
))  # fmt: skip
"""Programs of heartbeat, and of its packages, that a respawn line starts; none takes a password."""
_ATTACHED = re.compile(r"-p.")
_URL_PASSWORD = re.compile(r"//[^/@:]*:[^/@]+@")


def secret_words(directive: str, words: Sequence[str]) -> frozenset[int]:
    """The indices of the words that may be secrets; `words` are those behind the directive's name."""
    match directive:
        case "stonith_host":
            return frozenset(range(2, len(words)))
        case "stonith":
            return frozenset(index for index, word in enumerate(words) if index > 0 and not word.startswith("/"))
        case "respawn" | "failfast" if len(words) > 2 and words[1].rpartition("/")[2] not in _OWN:
            return frozenset(index for index in range(2, len(words)) if _may_be_secret(words, index))
    return frozenset()


def _may_be_secret(words: Sequence[str], index: int) -> bool:
    """True for an argument that is neither a path nor an option, and for options that hold or announce a secret."""
    word = words[index]
    name, equals, _ = word.lstrip("-").partition("=")
    if word.startswith("-"):
        return bool(equals and is_secret_name(name)) or _ATTACHED.match(word) is not None
    if index > 2 and words[index - 1].startswith("--") and is_secret_name(words[index - 1].lstrip("-")):
        return True
    return not word.startswith("/") or _URL_PASSWORD.search(word) is not None
