"""All rules of the catalogue, and Pacemaker's tools to hold them against."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from cibtools.lint.catalogue import build_catalogue, load_tables
from cibtools.lint.engine import Engine
from cibtools.lint.rulefiles import rule_files
from tests.pacemaker.lab import Lab


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(build_catalogue(load_tables(rule_files([Path(__file__).parents[2] / "rules"]))))


@pytest.fixture
def lab(pacemaker: Callable[[str], str], tmp_path: Path, engine: Engine) -> Lab:
    """The tools, or a skip where there are none."""
    pacemaker("crm_verify")
    return Lab(pacemaker, tmp_path, engine)


@pytest.fixture(scope="session")
def pacemaker_10() -> etree.RelaxNG:
    """The schema of Pacemaker 1.0 as later releases install it; without it a skip or, as for the tools, a failure."""
    for folder in ("/usr/share/pacemaker", "/usr/local/share/pacemaker"):
        path = Path(folder, "pacemaker-1.0.rng")
        if path.exists():
            return etree.RelaxNG(etree.parse(path))
    message = "pacemaker-1.0.rng is not installed (Debian: pacemaker-common)"
    if os.environ.get("CIBTOOLS_REQUIRE_PACEMAKER") == "1":
        pytest.fail(message)
    pytest.skip(message)
