"""Compare `cibtools lint` with the bare start of Python and the libraries it cannot do without.

All are run in turn, so that a busy moment of the machine falls on all, and the quickest run of each counts. The limit
is for what a user types, whose answer comes from the cache as long as no file, rule or option has changed; what it
takes to work the answer out anew (`--no-cache`) is printed beside it. Above the limit the exit status is 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
FLOOR = ("-c", "import lxml.etree, click")
# Byte code is kept, as it is wherever cibtools is installed.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(*arguments: str) -> float:
    """Run Python once with the arguments and return the wall time; lint may find something (1), but not fail (2)."""
    started = time.perf_counter()
    run = subprocess.run(
        [sys.executable, *arguments], cwd=REPO, env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=False
    )
    elapsed = time.perf_counter() - started
    if run.returncode not in {0, 1}:
        sys.exit(f"'python {' '.join(arguments)}' ended with status {run.returncode}")
    return elapsed


def main() -> int:
    """Measure, print the times and their ratios, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="runs of each (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=2.0, help="highest ratio that is good (default: %(default)s)")
    parser.add_argument("input", nargs="?", default="fixtures/hasi", help="what to lint (default: %(default)s)")
    options = parser.parse_args()

    lint = ("-m", "cibtools", "lint", options.input)
    anew = (*lint, "--no-cache")
    commands = {f"python -c '{FLOOR[1]}'": FLOOR, " ".join(lint[1:]): lint, " ".join(anew[1:]): anew}
    for command in commands.values():
        seconds(*command)  # fills the caches: byte code, answers, and the pages of the libraries
    rounds = [[seconds(*command) for command in commands.values()] for _ in range(options.runs)]
    best = [min(times) for times in zip(*rounds, strict=True)]
    for name, quickest in zip(commands, best, strict=True):
        print(f"{name:<45} {quickest * 1000:7.1f} ms   ratio {quickest / best[0]:.2f}")
    ratio = best[1] / best[0]
    print(f"limit {options.limit:.2f} for {' '.join(lint[1:])}: {'kept' if ratio <= options.limit else 'broken'}")
    return 0 if ratio <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
