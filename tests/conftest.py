"""What all tests share: the checkout, the common material beside it, Pacemaker's tools, and how hypothesis searches."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from lxml import etree

from cibtools.cli.planning.simulator import Simulator

REPO = Path(__file__).resolve().parent.parent

# The same examples on every run: a failure that comes and goes teaches people to press "again". To search wider,
# `pytest --hypothesis-profile=search`.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("search", deadline=None, max_examples=5000)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the switch for those who hunt: what CI does for a sample is done for all."""
    parser.addoption("--large", action="store_true", help="run large comparisons on everything, not on a sample")


@pytest.fixture(scope="session")
def large(request: pytest.FixtureRequest) -> bool:
    """Tell whether `--large` was given."""
    return bool(request.config.getoption("--large"))


@pytest.fixture(scope="session")
def repo() -> Path:
    """Return the root of the checkout."""
    return REPO


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of specifications and corpora that lies beside the checkout, where there is one."""
    folder = REPO.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the specifications and corpora (../shared) are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def pacemaker() -> Callable[[str], str]:
    """Return a function that finds one of Pacemaker's tools or its shell, or skips the test where there is none.

    With CIBTOOLS_REQUIRE_PACEMAKER=1 a missing tool fails the test: where Pacemaker is meant to be installed, a skip
    would hide that nothing was proved.
    """

    def find(tool: str) -> str:
        # They are installed among the administrator's commands, which are not on every user's path.
        path = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/usr/local/sbin")
        if path:
            return path
        package = {"crm": "crmsh"}.get(tool, "pacemaker-cli-utils")
        message = f"{tool} is not installed (Debian: {package})"
        if os.environ.get("CIBTOOLS_REQUIRE_PACEMAKER") == "1":
            pytest.fail(message)
        pytest.skip(message)

    return find


@pytest.fixture(scope="session")
def pacemaker_3() -> Path:
    """The root of a tree with the tools of Pacemaker 3.0, as `.ci/pacemaker` makes it; they run there by chroot.

    Without it, or without the right to use it, a skip or, as for the tools, a failure.
    """
    root = Path(os.environ.get("CIBTOOLS_PACEMAKER_3", "/var/cache/cibtools/pacemaker-3"))
    if os.geteuid() == 0 and (root / "usr/sbin/cibadmin").exists():
        return root
    message = f"Pacemaker 3.0 is not in {root}, or only root may use it (as root: .ci/pacemaker)"
    if os.environ.get("CIBTOOLS_REQUIRE_PACEMAKER") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def simulator(pacemaker: Callable[[str], str]) -> Simulator:
    """The real scheduler."""
    return Simulator(pacemaker("crm_simulate"))


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
