"""Directories of rules that cannot be looked into are errors of the user, in every report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import cli


@pytest.mark.parametrize("name", ["missing", "x" * 300])
def test_a_directory_that_is_none_is_in_the_report(tmp_path: Path, name: str) -> None:
    (tmp_path / "cib.xml").write_text("<resources/>")
    words = ["lint", str(tmp_path / "cib.xml"), "--rules", name, "--no-cache", "--format", "json"]
    result = CliRunner().invoke(cli, words)
    (error,) = json.loads(result.stdout)["errors"]
    assert (result.exit_code, name in error["message"]) == (2, True)
