"""The real scheduler, or a skip where there is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cibtools.cli.planning.simulator import Simulator
from cibtools.rehearsal.reaction import Reaction
from tests.rehearsal.lab import reaction


@pytest.fixture
def cluster(pacemaker: Callable[[str], str]) -> Reaction:
    return reaction(Simulator(pacemaker("crm_simulate")))
