"""A real browser for the tests of pages: the system's Chromium, driven by playwright."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_FRAME = re.compile(r"(?s)(<(style|script)>).*?(</\2>)|(http-equiv=\"Content-Security-Policy\" content=\")[^\"]*")
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def without_frame(page: str) -> str:
    """Return a page without what all pages share: style, script, and the digests of both."""
    return _FRAME.sub(lambda found: f"{found[1] or ''}{found[3] or ''}{found[4] or ''}", page)


def chromium() -> Iterator[Browser]:
    """Yield a running browser; skip where there is none, unless the whole suite has to run."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        _missing("no Chromium is installed")
    with sync_playwright() as driver:
        # A container has no user namespaces for the sandbox; the pages are ours.
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def _missing(what: str) -> None:
    if os.environ.get("CIBTOOLS_REQUIRE_PACEMAKER") == "1":
        pytest.fail(f"{what}, and CIBTOOLS_REQUIRE_PACEMAKER=1 asks for all tests")
    pytest.skip(what)


class Visit:
    """A page in the browser, with all that it complained about and asked for."""

    def __init__(self, browser: Browser, path: Path, **how: object) -> None:
        self.context = browser.new_context(**{"viewport": WIDE, **how})
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda found: self.complaints.append(f"{found.type}: {found.text}"))
        self.page.on("pageerror", lambda found: self.complaints.append(str(found)))
        self.page.on("request", lambda found: self.requests.append(found.url))
        self.page.goto(path.as_uri())

    def ask(self, script: str) -> object:
        """Return what a script finds on the page."""
        return self.page.evaluate(script)

    def close(self) -> None:
        """Leave the page; fail if it complained, or asked for anything but itself."""
        self.context.close()
        assert not self.complaints, self.complaints
        assert len(set(self.requests)) == 1, self.requests


_AXE = "axe-core@4.10.3"


def axe(scratch: Path) -> str:
    """Return the script of axe-core, taken from npm; skip where npm or its registry is out of reach."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core cannot be had: npm is not installed")
    try:
        done = subprocess.run([npm, "pack", _AXE], cwd=scratch, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        pytest.skip("axe-core cannot be had: npm's registry does not answer")
    if done.returncode:
        pytest.skip(f"axe-core cannot be had: {done.stderr.strip().splitlines()[-1:]}")
    with tarfile.open(next(scratch.glob("axe-core-*.tgz"))) as archive:
        found = archive.extractfile("package/axe.min.js")
        assert found is not None
        return found.read().decode()


def serious(visit: Visit, script: str) -> list[str]:
    """Return what axe-core calls serious or critical on a page; the page's policy is the reason for the detour."""
    session = visit.context.new_cdp_session(visit.page)
    session.send("Runtime.evaluate", {"expression": script})
    found = visit.ask("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{one['impact']} {one['id']}: {one['help']} {[node['target'] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
