"""Cases of the fuzzer: files, and a command that reads them; and what must hold whatever they are."""

from __future__ import annotations

import random
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from click.testing import CliRunner

from cibtools.cli.main import cli
from tests.backup.archives import PACKERS, tar
from tests.fuzz.mangle import mangle

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
_LARGEST = 20_000
_KINDS = ("patch", "upgrade", "convert", "backup", "restore", "acceptance", "add-domu")
_SAMPLES: dict[str, bytes] = {
    "crm_mon.txt": (
        b"============\nLast updated: Mon Nov  3 09:12:44 2008\nCurrent DC: host1 (0b5c7a34)\n2 Nodes configured.\n"
        b"3 Resources configured.\n============\n\nNode: host1 (0b5c7a34): online\nNode: host2 (1c6d8b45): OFFLINE\n\n"
        b"Resource Group: web\n    ip\t(ocf::heartbeat:IPaddr2):\tStarted host1 (unmanaged) FAILED\n"
        b"Clone Set: c\n    a:0\t(ocf::heartbeat:Dummy):\tStarted host1\n    a:1\t(ocf::heartbeat:Dummy):\tStopped\n\n"
        b"Failed actions:\n    ip_monitor_10000 (node=host1, call=7, rc=7): complete\n"
    ),
    "xend-config.sxp": b"(xend-relocation-server yes)\n(xend-relocation-port 8002)\n(dom0-min-mem 196)\n",
    "domain.sxp": b"(domain (domid 3) (on_crash restart) (name vm1) (memory 512) (device (vbd (dev xvda:disk))))\n",
    "answers.toml": b'threshold = "exact"\naccept = ["M042"]\n[evms]\n"/dev/evms/a" = "/dev/san/a"\n',
    "drbd.conf": b"resource r0 {\n on host1 {\n device /dev/drbd0;\n disk /dev/sda1;\n address 10.0.0.1:7788;\n }\n}\n",
    "ntp.conf": b"server 192.0.2.1 iburst\nserver 127.127.1.0\nfudge 127.127.1.0 stratum 10\ncrypto pw x\n",
    "hosts": b"127.0.0.1 localhost\n192.0.2.1 host1.example host1\n::1 ip6\n",
    "haresources": b"host1 10.0.0.9 apache2\nhost2 Filesystem::/dev/sda1::/srv::ext3\n",
}


_CONFIGURATION = b"[runbook]\nneeds-reboot = false\n"


@cache
def seeds() -> tuple[tuple[tuple[str, bytes], ...], ...]:
    """Whole small backups: each directory of the fixtures that holds files, and samples of what they lack."""
    found = []
    for directory in sorted({path.parent for path in FIXTURES.rglob("*.xml")}):
        # Without the largest: a case shall take milliseconds.
        files = [path for path in sorted(directory.rglob("*")) if path.is_file() and path.stat().st_size < _LARGEST]
        found.append(tuple((path.relative_to(directory).as_posix(), path.read_bytes()) for path in files[:12]))
    return tuple(files for files in found if files)


@dataclass(frozen=True, slots=True)
class Case:
    """One run: files by name, and the words of the command line; `{}` stands for their directory."""

    seed: int
    files: tuple[tuple[str, bytes], ...]
    arguments: tuple[str, ...]


def make_case(seed: int) -> Case:
    """The case of that number, the same on every machine."""
    chance = random.Random(seed)
    files = dict(chance.choice(seeds()))
    for name in chance.sample(sorted(_SAMPLES), 2):
        files[name] = _SAMPLES[name]
    if chance.random() < 0.1:
        files["cibtools.toml"] = _CONFIGURATION
    for name in chance.sample(sorted(files), min(len(files), chance.choice((1, 1, 2, 4)))):
        files[name] = mangle(files[name], chance)
    if chance.random() < 0.06:
        packed = tar(files)
        packed = PACKERS[chance.choice(sorted(PACKERS))](packed)
        files = {"report.tar.gz": mangle(packed, chance) if chance.random() < 0.6 else packed}
    trees = [name for name in sorted(files) if name.endswith((".xml", ".gz"))]
    target = "{}" if chance.random() < 0.7 or not trees else "{}/" + chance.choice(trees)
    return Case(seed, tuple(files.items()), tuple(_arguments(chance, target, sorted(files))))


def _arguments(chance: random.Random, target: str, names: list[str]) -> Iterator[str]:
    extra = chance.random()
    match chance.choice(("lint", "lint", "show", "validate", "migrate", "migrate", "diff", "runbook", "split", "join")):
        case "lint":
            yield from (
                "lint",
                target,
                "--format",
                chance.choice(("text", "json", "sarif", "junit", "github", "concise")),
            )
            if extra < 0.2:
                yield from (
                    "--kind",
                    f"{{}}/{chance.choice(names)}={chance.choice(('ha.cf', 'xm', 'cib', 'lvm.conf'))}",
                )
            elif extra < 0.4:
                yield chance.choice(("--each", "--merge-fragments", "--fail-on=info", "--select=ALL"))
        case "show" | "validate" as command:
            yield from (command, target, "--format", "json") if extra < 0.3 else (command, target)
        case "migrate":
            yield from ("migrate", target, "--force")
            yield chance.choice(("--diff", "--check", "--as=crmsh", "--stack=openais", "--status=keep"))
            if extra < 0.3 and "answers.toml" in names:
                yield from ("--answers", "{}/answers.toml")
        case "diff":
            yield from ("diff", target, str(FIXTURES / "pacemaker-1.0"))
        case "runbook":
            kind = chance.choice(_KINDS)
            yield from ("runbook", kind, target, "--no-simulate")
            if kind in ("patch", "upgrade", "convert"):
                yield from ("--accept", "S-FENCE")
        case "split":
            yield from ("split", target, "-d", "{}/../out", "--force")
        case _:
            yield from ("join", target)


def faults(case: Case, scratch: Path) -> list[str]:
    """Run a case in a fresh directory and tell what did not hold."""
    shutil.rmtree(scratch, ignore_errors=True)
    base = scratch / "in"
    for name, data in case.files:
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    result = CliRunner().invoke(cli, [word.replace("{}", str(base)) for word in case.arguments])
    told = []
    if result.exit_code not in (0, 1, 2):
        told.append(f"status {result.exit_code}")
    bugs = [line for line in result.stderr.splitlines() if "a bug in cibtools" in line or "Traceback" in line]
    told += bugs[:1]
    if result.exit_code == 2 and not result.stderr:
        told.append("status 2 without a word")
    artefact = case.arguments[0] in ("join", "migrate") and "--diff" not in case.arguments
    texts = [result.stderr] if artefact else [result.stderr, result.stdout]
    raw = {char for text in texts for char in set(text) - {"\n", "\t"} if _is_obeyed(char)}
    if raw:
        told.append(f"raw characters {sorted(raw)!a}")
    return told


def _is_obeyed(char: str) -> bool:
    return not " " <= char <= "~" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
