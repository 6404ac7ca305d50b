"""Compare `cibtools lint` with the bare start of Python and the libraries it cannot do without.

Both are run in turn, so that a busy moment of the machine falls on both, and the quickest run of each counts. The
ratio says how much cibtools itself adds; above the limit the exit status is 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
FLOOR = ("-c", "import lxml.etree, click")


def seconds(*arguments: str) -> float:
    """Run Python once with the arguments and return the wall time; lint may find something (1), but not fail (2)."""
    started = time.perf_counter()
    run = subprocess.run([sys.executable, *arguments], cwd=REPO, stdout=subprocess.DEVNULL, check=False)
    elapsed = time.perf_counter() - started
    if run.returncode not in {0, 1}:
        sys.exit(f"'python {' '.join(arguments)}' ended with status {run.returncode}")
    return elapsed


def main() -> int:
    """Measure, print the two times and their ratio, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="runs of each (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=2.0, help="highest ratio that is good (default: %(default)s)")
    parser.add_argument("input", nargs="?", default="fixtures/hasi", help="what to lint (default: %(default)s)")
    options = parser.parse_args()

    lint = ("-m", "cibtools", "lint", options.input)
    seconds(*FLOOR), seconds(*lint)  # fills the caches: byte code, and the pages of the libraries
    times = [(seconds(*FLOOR), seconds(*lint)) for _ in range(options.runs)]
    floor = min(first for first, _ in times)
    full = min(second for _, second in times)
    ratio = full / floor
    print(f"python -c '{FLOOR[1]}'  {floor * 1000:7.1f} ms")
    print(f"cibtools lint {options.input:<18}  {full * 1000:7.1f} ms")
    print(f"ratio {ratio:.2f} (limit {options.limit:.2f})")
    return 0 if ratio <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
