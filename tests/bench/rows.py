"""What is measured, against what, and how much of it is allowed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.bench import made
from tests.bench.measure import BARE

CIBTOOLS = (sys.executable, "-m", "cibtools")
COPY = """<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">
<xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>
</xsl:stylesheet>
"""
COPY_SHARE = 0.52
"""What a plain copy takes of the time of Pacemaker's own conversion (upgrade06.xsl of 1.0.0), at 5,000 primitives."""
LIMITED = 5000
"""The number of primitives that the limits are for."""
LIMITS = {"lint": 1.5, "migrate": 1.25, "runbook patch": 1.5, "diff": 2.0, "show": 0.8, "validate": 0.4}
"""Times what Pacemaker's own conversion takes."""
GROWTH = 4.6
"""How much longer four times as many primitives may take."""
MIGRATE_MEMORY = 35.0
"""Bytes at the most per byte of the file that is migrated."""
FLEET_SECONDS, FLEET_MEMORY = 0.003, 80.0
"""Processor seconds per small backup, and mebibytes for any number of them."""
RELAXNG = Path("/usr/share/pacemaker/pacemaker-1.0.rng")


class Row(NamedTuple):
    """A command, what it is compared with, and the highest ratio that is good; None where there is no target."""

    name: str
    size: int
    command: tuple[str, ...]
    against: str
    other: tuple[str, ...]
    limit: float | None


def start_rows() -> Iterator[Row]:
    """Give what a user types: the whole program on a small backup, against the bare start of its libraries."""
    lint = (*CIBTOOLS, "lint", "fixtures/hasi")
    yield Row("lint, no cache", 0, (*lint, "--no-cache"), "bare imports", BARE, 2.8)
    yield Row("lint, cached", 0, lint, "bare imports", BARE, 1.5)


def size_rows(folder: Path, sizes: list[int], stylesheet: str | None) -> Iterator[Row]:
    """Write the CIBs of the sizes and give every command on them, against one conversion by xsltproc."""
    plain = folder / "copy.xsl"
    plain.write_text(COPY)
    for size in sizes:
        old, new, out = folder / f"{size}.xml", folder / f"{size}-new.xml", str(folder / "out.xml")
        text = made.cib(size)
        old.write_text(text)
        new.write_text(made.changed(text))
        other = ("xsltproc", "-o", out, stylesheet or str(plain), str(old))
        for command, arguments in _commands(str(old), str(new), out).items():
            limit = LIMITS[command] / (1 if stylesheet else COPY_SHARE) if size == LIMITED else None
            line = (*CIBTOOLS, *command.split(), *arguments, "--max-size", "200")
            yield Row(command, size, line, "stylesheet" if stylesheet else "plain copy", other, limit)


def _commands(old: str, new: str, out: str) -> dict[str, tuple[str, ...]]:
    return {
        "lint": (old, "--no-cache"),
        "migrate": (old, "-o", out),
        "runbook patch": (old, "-o", out),
        "diff": (old, new),
        "show": (old,),
        "validate": (old,),
    }


def judge_rows(folder: Path) -> Iterator[Row]:
    """Give the tools of Pacemaker for the same question: crm_verify at 1,000 primitives, xmllint at 5,000."""
    new = folder / "1000-migrated.xml"
    verify = ("crm_verify", "-x", str(new))
    yield Row("lint", 1000, (*CIBTOOLS, "lint", str(new), "--no-cache"), "crm_verify", verify, 1.0)
    large = folder / f"{LIMITED}-migrated.xml"
    xmllint = ("xmllint", "--noout", "--relaxng", str(RELAXNG), str(large))
    yield Row("validate", LIMITED, (*CIBTOOLS, "validate", str(large), "--max-size", "200"), "xmllint", xmllint, 2.0)
