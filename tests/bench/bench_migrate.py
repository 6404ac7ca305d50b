"""Time `cibtools migrate` on generated CIBs of 1,000 and 5,000 Xen primitives, each with operations, orders, location
rules and a status section, against the bare import of lxml.

With `--stylesheet FILE`, whoever has the stylesheet of Pacemaker's own old-to-new conversion measures `xsltproc` in the
same run. The limits are what xsltproc took on the reference machine, as multiples of the bare import there (0.23 s and
1.3 s against 0.09 s), and growth: 5,000 primitives take at most 5.5 times as long as 1,000. Exit status 1 above one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
LIMITS = {1000: 0.23 / 0.09, 5000: 1.3 / 0.09}
GROWTH = 5.5


def cib(count: int) -> str:
    """A heartbeat-2.1 CIB with that many Xen primitives on two nodes."""
    primitives, constraints, history = [], [], {"n1": [], "n2": []}
    for number in range(count):
        name = f"vm{number}"
        primitives.append(
            f'<primitive id="{name}" class="ocf" provider="heartbeat" type="Xen"><operations>\n'
            f'<op id="{name}-mon" name="monitor" interval="10s" timeout="60s" disabled="false"/>\n'
            f'<op id="{name}-start" name="start" timeout="60s" start_delay="5s" prereq="nothing"/>\n'
            f'<op id="{name}-stop" name="stop" timeout="60s"/></operations>\n'
            f'<meta_attributes id="{name}-meta"><attributes><nvpair id="{name}-am" name="allow_migrate" value="true"/>'
            f'<nvpair id="{name}-tr" name="target_role" value="started"/></attributes></meta_attributes>\n'
            f'<instance_attributes id="{name}-inst"><attributes><nvpair id="{name}-xm" name="xmfile" '
            f'value="/etc/xen/vm/{name}.xm"/></attributes></instance_attributes></primitive>\n'
        )
        if number:
            constraints.append(f'<rsc_order id="o{number}" from="{name}" to="vm{number - 1}" score="0"/>\n')
        constraints.append(
            f'<rsc_location id="l{number}" rsc="{name}"><rule id="l{number}-r" score="100" boolean_op="or">'
            f'<expression id="l{number}-e" attribute="#uname" operation="eq" value="n1"/></rule></rsc_location>\n'
        )
        history["n2" if number % 2 else "n1"].append(
            f'<lrm_resource id="{name}" class="ocf" provider="heartbeat" type="Xen"><lrm_rsc_op id="{name}_start_0" '
            f'operation="start" interval="0" call_id="{number}" rc_code="0" op_status="0" crm_feature_set="2.0" '
            f'transition_key="{number}:1:0:x" transition_magic="0:0;{number}:1:0:x" op_digest="f2"/></lrm_resource>\n'
        )
    states = "".join(
        f'<node_state id="{node}" uname="{node}" ha="active" crmd="online" join="member" expected="member">'
        f'<lrm id="{node}"><lrm_resources>{"".join(done)}</lrm_resources></lrm></node_state>'
        for node, done in history.items()
    )
    return (
        '<cib admin_epoch="0" epoch="1" num_updates="1" have_quorum="true" dc_uuid="n1"><configuration><crm_config>'
        '<cluster_property_set id="cib-bootstrap-options"><attributes>'
        '<nvpair id="p1" name="stonith-enabled" value="false"/>'
        '<nvpair id="p2" name="default-resource-stickiness" value="100"/></attributes></cluster_property_set>'
        '</crm_config><nodes><node id="n1" uname="n1" type="normal"/><node id="n2" uname="n2" type="normal"/></nodes>'
        f"<resources>{''.join(primitives)}</resources><constraints>{''.join(constraints)}</constraints></configuration>"
        f"<status>{states}</status></cib>\n"
    )


def seconds(command: list[str]) -> float:
    """Run a command once and return the wall time; end the benchmark if it fails."""
    started = time.perf_counter()
    done = subprocess.run(command, cwd=REPO, env=ENVIRONMENT, capture_output=True, check=False)
    elapsed = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with status {done.returncode}: {done.stderr.decode()[-500:]}")
    return elapsed


def main() -> int:
    """Measure, print times and ratios, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="runs of each (default: %(default)s)")
    parser.add_argument("--stylesheet", help="a stylesheet for xsltproc to be compared with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        commands = {"import lxml.etree": [sys.executable, "-c", "import lxml.etree"]}
        for count in LIMITS:
            path = Path(directory, f"{count}.xml")
            path.write_text(cib(count))
            out = str(Path(directory, "new.xml"))
            commands[f"migrate {count}"] = [sys.executable, "-m", "cibtools", "migrate", str(path), "-o", out]
            if options.stylesheet:
                commands[f"xsltproc {count}"] = ["xsltproc", "-o", out, options.stylesheet, str(path)]
        for command in commands.values():
            seconds(command)
        rounds = [[seconds(command) for command in commands.values()] for _ in range(options.runs)]
    best = dict(zip(commands, (min(times) for times in zip(*rounds, strict=True)), strict=True))
    kept = True
    for name, quickest in best.items():
        print(f"{name:<20} {quickest * 1000:8.1f} ms   ratio {quickest / best['import lxml.etree']:6.2f}")
    for count, limit in LIMITS.items():
        yardstick = best.get(f"xsltproc {count}")
        limit_seconds = yardstick or limit * best["import lxml.etree"]
        good = best[f"migrate {count}"] <= limit_seconds
        print(f"limit for {count}: {limit_seconds * 1000:.1f} ms: {'kept' if good else 'broken'}")
        kept = kept and good
    growth = best["migrate 5000"] / best["migrate 1000"]
    print(f"growth from 1000 to 5000: {growth:.2f}, limit {GROWTH}: {'kept' if growth <= GROWTH else 'broken'}")
    return 0 if kept and growth <= GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
