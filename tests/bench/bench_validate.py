"""Compare `cibtools validate` with `xmllint --relaxng` and Pacemaker's own schema on a valid CIB of 6 MB.

Both are run in turn, whole programs with start and end, so that a busy moment of the machine falls on both, and the
quickest run of each counts. What the verdict alone takes once the file is read (`is_valid`, as migration asks it, with
the import and the schema loaded with it) is printed beside them, each time from a new process. Above the limit the exit
status is 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
RELAXNG = Path("/usr/share/pacemaker/pacemaker-1.0.rng")
ALONE = """
import sys, time
from lxml import etree
top = etree.parse(sys.argv[1]).getroot()
started = time.perf_counter()
from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.schema.check import is_valid
assert is_valid(top, Dialect.P10)
print(time.perf_counter() - started)
"""
"""Prints the seconds that the verdict takes."""

PRIMITIVE = """<primitive id="vm{n}" class="ocf" provider="heartbeat" type="Xen">
  <meta_attributes id="vm{n}-meta"><nvpair id="vm{n}-meta-role" name="target-role" value="Started"/>
    <nvpair id="vm{n}-meta-stay" name="resource-stickiness" value="INFINITY"/></meta_attributes>
  <instance_attributes id="vm{n}-params"><nvpair id="vm{n}-params-xmfile" name="xmfile" value="/etc/xen/vm/vm{n}.xm"/>
  </instance_attributes>
  <operations><op id="vm{n}-monitor" name="monitor" interval="10s" timeout="60s" on-fail="restart"/>
    <op id="vm{n}-start" name="start" interval="0" timeout="60s"/>
    <op id="vm{n}-stop" name="stop" interval="0" timeout="300s"/></operations>
</primitive>
"""
CONSTRAINTS = """<rsc_order id="vm{n}-order" first="vm{first}" then="vm{n}" score="0"/>
<rsc_location id="vm{n}-connected" rsc="vm{n}"><rule id="vm{n}-connected-rule" score="-INFINITY" boolean-op="or">
  <expression id="vm{n}-connected-undefined" attribute="pingd" operation="not_defined"/>
  <expression id="vm{n}-connected-zero" attribute="pingd" operation="lte" value="0" type="number"/></rule>
</rsc_location>
"""


def cib(size: int) -> str:
    """A valid CIB of at least that many characters."""
    count = size // (len(PRIMITIVE) + len(CONSTRAINTS)) + 1
    return "".join(
        [
            '<cib validate-with="pacemaker-1.0" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config/>',
            '<nodes><node id="1" uname="alder" type="normal"/></nodes><resources>',
            *(PRIMITIVE.format(n=number) for number in range(count)),
            "</resources><constraints>",
            *(CONSTRAINTS.format(n=number, first=number * 7 % count) for number in range(count)),
            "</constraints></configuration><status/></cib>\n",
        ]
    )


def seconds(command: list[str]) -> float:
    """Run a command that must find the CIB valid, and return the wall time."""
    started = time.perf_counter()
    run = subprocess.run(command, cwd=REPO, capture_output=True, check=False)
    elapsed = time.perf_counter() - started
    if run.returncode:
        sys.exit(f"'{' '.join(command)}' ended with status {run.returncode}: {run.stderr.decode()[:500]}")
    return elapsed


def verdict(path: Path) -> float:
    """The seconds that the verdict alone takes in a new process."""
    run = subprocess.run([sys.executable, "-c", ALONE, str(path)], cwd=REPO, capture_output=True, check=True)
    return float(run.stdout)


def main() -> int:
    """Measure, print the times and their ratios, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="runs of each (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=2.0, help="highest ratio that is good (default: %(default)s)")
    parser.add_argument("--size", type=int, default=6_000_000, help="characters of the CIB (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cib.xml")
        path.write_text(cib(options.size), encoding="utf-8")
        commands = {
            "xmllint --relaxng pacemaker-1.0.rng": ["xmllint", "--noout", "--relaxng", str(RELAXNG), str(path)],
            "cibtools validate": [sys.executable, "-m", "cibtools", "validate", str(path)],
        }
        for command in commands.values():
            seconds(command)  # fills the caches of byte code and rules, and the pages of the libraries
        rounds = [[*(seconds(command) for command in commands.values()), verdict(path)] for _ in range(options.runs)]
    best = [min(times) for times in zip(*rounds, strict=True)]
    for name, quickest in zip((*commands, "is_valid, the file read already"), best, strict=True):
        print(f"{name:<40} {quickest * 1000:7.1f} ms   ratio {quickest / best[0]:.2f}")
    ratio = best[1] / best[0]
    print(f"limit {options.limit:.2f} for cibtools validate: {'kept' if ratio <= options.limit else 'broken'}")
    return 0 if ratio <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
