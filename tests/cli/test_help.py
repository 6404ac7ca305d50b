"""Every command's help ends with an example, and the example works in a checkout."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import COMMANDS, cli

COMMAND_LINES = ([], *([command.name] for command in COMMANDS), ["rules", "test"])


@pytest.mark.parametrize("words", COMMAND_LINES, ids=" ".join)
def test_the_example_in_the_help_works(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    # Beside the checkout, since examples may write.
    for name in ("fixtures", "rules"):
        (tmp_path / name).symlink_to(repo / name)
    monkeypatch.chdir(tmp_path)
    text = CliRunner().invoke(cli, [*words, "--help"]).output
    _, mark, example = text.partition("Example: cibtools ")
    assert mark, text
    result = CliRunner().invoke(cli, shlex.split(example.partition("\n")[0]))
    assert result.exit_code in (0, 1), result.output
    assert result.stdout
