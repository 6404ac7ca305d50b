"""Run many cases of the fuzzer by hand: `python -m tests.fuzz.run FIRST COUNT`; prints those that did not hold."""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.cases import faults, make_case


def main(first: int, count: int) -> int:
    """Print a line for each case that did not hold, then the figures."""
    failed, slowest = 0, (0.0, 0)
    start = time.process_time()
    with tempfile.TemporaryDirectory() as directory:
        for seed in range(first, first + count):
            case = make_case(seed)
            before = time.process_time()
            told = faults(case, Path(directory) / "case")
            slowest = max(slowest, (time.process_time() - before, seed))
            if told:
                failed += 1
                sys.stdout.write(f"{seed} {' '.join(case.arguments)}: {'; '.join(told)}\n")
                sys.stdout.flush()
            if seed % 200 == 0:
                gc.collect()
    spent = time.process_time() - start
    sys.stdout.write(
        f"{count} cases, {failed} failed, {spent:.0f} s CPU, slowest {slowest[0]:.1f} s (seed {slowest[1]})\n"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
