"""DomU files that the Python of SLES 11 refuses are a red gate of the conversion."""

from __future__ import annotations

import pytest

from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from cibtools.runbook.plan.enums import Light
from cibtools.runbook.preflight.python import read_by_new_python
from tests.runbook.lab import Paper, cluster_of


@pytest.mark.parametrize(
    ("head", "light"),
    [
        ("", Light.GREEN),
        ("# für die Fachabteilung\n", Light.RED),
        ("# -*- coding: utf-8 -*-\n# für die Fachabteilung\n", Light.GREEN),
        ("# -*- coding: ascii -*-\n# für die Fachabteilung\n", Light.RED),
    ],
)
def test_bytes_beyond_ascii_need_a_coding_line(head: str, light: Light) -> None:
    files = Paper().files()
    files = {name: head + text if name.endswith(".xm") else text for name, text in files.items()}
    assert any(name.endswith(".xm") for name in files)
    found = read_by_new_python(survey(cluster_of(files), Wishes(), Parameters()))
    assert found.state is light
    assert ("coding" in found.reason) == (light is Light.RED or "coding line that fits" in found.reason)


def test_without_domu_files_nothing_is_known() -> None:
    files = {name: text for name, text in Paper().files().items() if not name.endswith(".xm")}
    assert read_by_new_python(survey(cluster_of(files), Wishes(), Parameters())).state is Light.AMBER
