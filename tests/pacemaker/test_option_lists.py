"""Every option that Pacemaker 3.0 lists is one that we know."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary.data import option_names
from cibtools.cluster.vocabulary.option_table import cluster_options, meta_options

pytestmark = pytest.mark.pacemaker


@pytest.mark.parametrize(
    ("command", "known"),
    [
        ("crm_attribute --list-options=cluster", frozenset(cluster_options(Dialect.P11))),
        ("crm_resource --list-options=primitive", frozenset(meta_options(Dialect.P11))),
        ("crm_resource --list-options=fencing", option_names("fencing")),
    ],
)
def test_what_pacemaker_3_lists_is_known(command: str, known: frozenset[str], pacemaker_3: Path) -> None:
    said = subprocess.run(
        ["chroot", str(pacemaker_3), *command.split(), "--all", "--output-as=xml"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    listed = {str(found.get("name")) for found in etree.fromstring(said.stdout.encode()).iter("parameter")}
    assert len(listed) > 10
    assert listed - known == set()
