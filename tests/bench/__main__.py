"""Print how long the commands take, against what others take for the same file: `python -m tests.bench`.

Everything is run in turn, whole programs with their start and end, and the medians count. The stylesheet of Pacemaker's
own conversion, which the limits are set for, may be given; without it a plain copy by xsltproc stands for it. Exit
status 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tests.bench import made
from tests.bench.measure import medians, run
from tests.bench.rows import (
    CIBTOOLS,
    FLEET_MEMORY,
    FLEET_SECONDS,
    GROWTH,
    LIMITED,
    MIGRATE_MEMORY,
    RELAXNG,
    Row,
    judge_rows,
    size_rows,
    start_rows,
)

HEAD = ("command", "size", "seconds", "against", "ratio", "target", "MiB", "verdict")
WIDTHS = (16, 8, 9, 14, 8, 8, 7, 8)


class Result(NamedTuple):
    """One line of the table; `ratio` has no unit, or is what the target is said in."""

    command: str
    size: int
    seconds: float
    against: str
    ratio: float
    target: float | None
    memory: float

    @property
    def verdict(self) -> str:
        """Whether the target is met; nothing where there is none."""
        return "" if self.target is None else "met" if self.ratio <= self.target else "missed"

    def line(self) -> str:
        """The cells of the line under their heads."""
        cells = (
            self.command,
            self.size or "",
            f"{self.seconds:.3f}",
            self.against,
            f"{self.ratio:.2f}",
            "" if self.target is None else f"{self.target:.2f}",
            f"{self.memory:.0f}",
            self.verdict,
        )
        return "".join(str(cell).ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def measured(rows: Iterable[Row], runs: int) -> Iterable[Result]:
    """Measure each row against its other program."""
    for row in rows:
        ours, other = medians([row.command, row.other], runs)
        yield Result(
            row.name, row.size, ours.seconds, row.against, ours.seconds / other.seconds, row.limit, ours.memory
        )


def migrate_memory(result: Result, folder: Path) -> Result:
    """Compare the memory that migrating took with the size of the file."""
    size = (folder / f"{result.size}.xml").stat().st_size
    return result._replace(against="bytes per byte", ratio=result.memory * 2**20 / size, target=MIGRATE_MEMORY)


def growth(results: list[Result]) -> Iterable[Result]:
    """Compare each command with itself at a quarter of the size."""
    seconds = {(result.command, result.size): result.seconds for result in results}
    for result in results:
        before = seconds.get((result.command, result.size // 4))
        if before and result.size >= LIMITED:
            yield result._replace(against="a quarter", ratio=result.seconds / before, target=GROWTH)


def fleet(folder: Path, count: int, runs: int) -> Iterable[Result]:
    """Measure a directory of small backups: what one more costs, and the memory for all."""
    few, many = made.fleet(folder / "few", count // 4), made.fleet(folder / "many", count)
    lint = (*CIBTOOLS, "lint", "--each", "--no-cache")
    less, more = medians([(*lint, str(few)), (*lint, str(many))], runs)
    each = (more.seconds - less.seconds) / (count - count // 4)
    yield Result("lint --each", count, more.seconds, "s per backup", each * 1000, FLEET_SECONDS * 1000, more.memory)
    yield Result("lint --each", count, more.seconds, "MiB", more.memory, FLEET_MEMORY, more.memory)


def results(options: argparse.Namespace, folder: Path) -> Iterable[Result]:
    """Measure everything, and give each line as soon as it is there."""
    yield from measured(start_rows(), options.runs)
    large = []
    for result in measured(size_rows(folder, options.sizes, options.stylesheet), options.runs):
        large.append(result)
        yield result
        if result.command == "migrate" and result.size == LIMITED:
            yield migrate_memory(result, folder)
    yield from growth(large)
    if shutil.which("crm_verify") and RELAXNG.exists():
        for size in (1000, LIMITED):
            (folder / f"{size}.xml").write_text(made.cib(size))
            run((*CIBTOOLS, "migrate", str(folder / f"{size}.xml"), "-o", str(folder / f"{size}-migrated.xml")))
        yield from measured(judge_rows(folder), options.runs)
    yield from fleet(folder, options.fleet, min(options.runs, 3))


def main() -> int:
    """Measure, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default: %(default)s)")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 1250, 5000, 20000], help="numbers of primitives")
    parser.add_argument("--fleet", type=int, default=400, help="small backups (default: %(default)s)")
    parser.add_argument("--stylesheet", help="upgrade06.xsl, to be compared with")
    parser.add_argument("--json", type=Path, help="write the table there too")
    options = parser.parse_args()
    told = []
    print("".join(name.ljust(width) for name, width in zip(HEAD, WIDTHS, strict=True)).rstrip())
    with tempfile.TemporaryDirectory() as folder:
        for result in results(options, Path(folder)):
            print(result.line(), flush=True)
            told.append(result)
    if options.json:
        options.json.write_text(json.dumps([one._asdict() | {"verdict": one.verdict} for one in told], indent=2) + "\n")
    return 1 if any(one.verdict == "missed" for one in told) else 0


if __name__ == "__main__":
    sys.exit(main())
