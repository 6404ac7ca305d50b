"""Packages: what is installed on a node decides which options its tools take, and what it boots."""

from __future__ import annotations

import re

from cibtools.rehearsal.call import Call, Reply, Tool
from cibtools.rehearsal.tools.options import release_of

_PACKAGES = ("heartbeat", "evms", "ocfs2-tools", "xen", "kernel-xen", "multipath-tools")
_RENEWED = ("pacemaker", "openais", "lvm2-clvm", "ocfs2-tools", "xen", "kernel-xen", "multipath-tools")
"""The same on SLE HA 11."""
_FOLDER = re.compile(r"packages-([\w.-]+)/")


def install(call: Call) -> Reply:
    """Install the packages that wait."""
    call.host.patched = True
    return Reply()


def rpm(call: Call) -> Reply:
    """Name the packages of a node, or install those of a directory."""
    if any(word.startswith("-U") for word in call.words):
        folder = next(filter(None, map(_FOLDER.search, call.words)), None)
        if folder is None:
            return Reply(stderr="rpm: no packages given\n", status=1)
        call.host.patched, call.host.release = True, release_of(folder[1])
        return Reply("Preparing...   ########### [100%]\n")
    version = call.release.partition("-")[2] + ("-2" if call.host.patched else "-1")
    there = _RENEWED if call.host.renewed else _PACKAGES
    if "-qa" in call.words:
        return Reply("".join(f"{name} {version}.x86_64\n" for name in there))
    names = [word for word in call.words if not word.startswith("-")]
    others = _PACKAGES if call.host.renewed else ()
    missing = [name for name in names if name in others and name not in there]
    lines = [f"package {name} is not installed\n" if name in missing else f"{name}-{version}\n" for name in names]
    return Reply("".join(lines), status=len(missing))


def uname(call: Call) -> Reply:
    """Name the kernel, or the node."""
    if "-n" in call.words:
        return Reply(f"{call.node}\n")
    return Reply("2.6.16.60-0.34-xen\n" if call.host.booted_new else "2.6.16.46-0.12-xen\n")


TOOLS: dict[str, Tool] = {"yast2": install, "zypper": install, "rpm": rpm, "uname": uname}
"""By the name that is typed."""
