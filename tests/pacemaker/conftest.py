"""All rules of the catalogue, and Pacemaker's tools to hold them against."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.engine.run import Engine
from tests.pacemaker.lab import Lab


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(build_catalogue(load_tables(rule_files([Path(__file__).parents[2] / "rules"]))))


@pytest.fixture
def lab(pacemaker: Callable[[str], str], tmp_path: Path, engine: Engine) -> Lab:
    """The tools, or a skip where there are none."""
    pacemaker("crm_verify")
    return Lab(pacemaker, tmp_path, engine)
