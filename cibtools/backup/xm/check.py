"""What is wrong with an xm file when it is looked at alone: what xm refuses, skips in silence, or misses.

A file that Python cannot read is not
blamed for lacking what may stand in the unreadable part. The variants are those of XEN101, and `bad-vif`.
"""

from __future__ import annotations

from collections.abc import Mapping

from cibtools.backup.record.fact import Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Span
from cibtools.backup.xm.device import Disk
from cibtools.backup.xm.piece import Long, Piece, Unicode
from cibtools.backup.xm.script import Script, Step
from cibtools.backup.xm.text import XmText

_KEYS = frozenset(
    (
        "name",
        "memory",
        "maxmem",
        "shadow_memory",
        "vcpus",
        "cpu",
        "cpus",
        "cpu_cap",
        "cpu_weight",
        "uuid",
        "builder",
        "kernel",
        "ramdisk",
        "root",
        "extra",
        "ip",
        "gateway",
        "netmask",
        "hostname",
        "nfs_server",
        "nfs_root",
        "interface",
        "bootloader",
        "bootargs",
        "bootentry",
        "disk",
        "vif",
        "nics",
        "vfb",
        "vnc",
        "vnclisten",
        "vncdisplay",
        "vncunused",
        "vncpasswd",
        "vncviewer",
        "vncconsole",
        "sdl",
        "display",
        "xauthority",
        "opengl",
        "keymap",
        "serial",
        "usb",
        "usbdevice",
        "boot",
        "acpi",
        "apic",
        "pae",
        "hpet",
        "viridian",
        "device_model",
        "stdvga",
        "videoram",
        "localtime",
        "rtc_timeoffset",
        "timer_mode",
        "monitor",
        "soundhw",
        "pci",
        "ioports",
        "irq",
        "vscsi",
        "vtpm",
        "tpmif",
        "blkif",
        "netif",
        "on_poweroff",
        "on_reboot",
        "on_crash",
        "restart",
        "on_xend_start",
        "on_xend_stop",
        "features",
        "access_control",
        "cpuid",
        "target",
        "hap",
        "loader",
        "guest_os_type",
    )
)
"""Names that xm reads; all others in a file are the author's own."""
_LISTS = ("disk", "vif", "vfb")
_TYPES = {bool: "True or False", tuple: "a tuple", Long: "a long number", Unicode: "a unicode string"}


def problems_of(
    text: XmText, script: Script, latest: Mapping[str, Step], disks: tuple[Disk, ...], gap: Unknown | None
) -> tuple[Problem, ...]:
    """Collect the problems of a file in order of their places."""
    found = list(script.faults)
    if text.curly:
        message = f"{len(text.curly)} curly quotes stand where strings begin or end"
        found.append(Problem("curly-quotes", message, text.curly[0], text.curly))
    if text.blanks:
        message = f"{len(text.blanks)} no-break spaces stand between words, and Python takes them for letters"
        found.append(Problem("syntax", message, text.blanks[0], text.blanks))
    found += _types(latest)
    found += [
        Problem(
            "xl-mode" if disk.xl_mode else "bad-disk", f"disk {disk.index + 1} ('{disk.raw}') {disk.problem}", disk.span
        )
        for disk in disks
        if disk.problem
    ]
    if gap is None and not any(problem.variant == "syntax" for problem in found):
        found += _missing(latest)
    return tuple(sorted(found, key=lambda problem: (problem.span, problem.variant)))


def _types(latest: Mapping[str, Step]) -> list[Problem]:
    """Values of a type that xm skips, and lists that are none."""
    found: list[Problem] = []
    for name, step in latest.items():
        if name not in _KEYS or not isinstance(step.outcome, Piece):
            continue
        value, span = step.outcome.value, step.outcome.span
        if value is None or type(value) in _TYPES:
            found.append(Problem("ignored-type", f"{name} is {_TYPES.get(type(value), 'None')}", span))
        elif name in _LISTS and not isinstance(value, list):
            what = "a string" if isinstance(value, str) else "a number"
            found.append(Problem(_variant(name), f"{name} is {what}, not a list", span))
        elif isinstance(value, list) and name in _LISTS:
            found += _entry_types(name, value)
    return found


def _variant(name: str) -> str:
    return "bad-disk" if name == "disk" else "bad-vif"


def _entry_types(name: str, entries: list[Piece | Unknown]) -> list[Problem]:
    return [
        Problem(_variant(name), f"{name} {number} is not a string", entry.span)
        for number, entry in enumerate(entries, 1)
        if isinstance(entry, Piece) and not isinstance(entry.value, str)
    ]


def _missing(latest: Mapping[str, Step]) -> list[Problem]:
    """Settings without which a domU is not what was meant; one of a wrong type is told of elsewhere."""
    start = Span(0, 0)
    found: list[Problem] = []
    name = latest.get("name")
    if _absent(name):
        found.append(Problem("no-name", "no name is set", start))
    elif name and isinstance(name.outcome, Piece) and name.outcome.value == "":
        found.append(Problem("no-name", "the name is empty", name.outcome.span))
    if _absent(latest.get("memory")):
        found.append(Problem("no-memory", "no memory size is set", start))
    disk = latest.get("disk")
    if not _may_boot_from_network(latest):
        if _absent(disk):
            found.append(Problem("no-disk", "no disk list is set", start))
        elif disk and isinstance(disk.outcome, Piece) and disk.outcome.value == []:
            found.append(Problem("no-disk", "the disk list is empty", disk.outcome.span))
    return found


def _absent(step: Step | None) -> bool:
    return step is None or step.outcome is None


def _may_boot_from_network(latest: Mapping[str, Step]) -> bool:
    """Tell whether the root may be on NFS, an unknown value included."""
    if not _absent(latest.get("nfs_root")):
        return True
    for name in ("root", "extra"):
        step = latest.get(name)
        outcome = step.outcome if step else None
        if isinstance(outcome, Unknown):
            return True
        value = outcome.value if outcome else None
        if isinstance(value, str) and ("/dev/nfs" in value or "nfsroot=" in value):
            return True
    return False
