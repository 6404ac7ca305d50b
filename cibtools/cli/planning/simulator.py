"""Running Pacemaker's own scheduler on paper: `crm_simulate`, if it is installed.

The tool reads a file and touches no cluster. Each call gets a private temporary directory and thirty seconds.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from msgspec import Struct

from cibtools.cli.outputs.write import write_scratch

TIME_LIMIT = 30.0
"""Seconds for one call; a CIB of a thousand resources takes two."""
_PLACES = ("/usr/sbin", "/sbin", "/usr/local/sbin")
"""Administrators' directories that a user's PATH may lack."""
_STUCK = "An invalid transition was produced"
"""What crm_simulate says, beside a failure, of a plan with orders that contradict each other."""
_REJECTED = re.compile(r"validity error|Cannot upgrade configuration|Could not parse|not well-formed", re.IGNORECASE)


class Simulation(Struct, frozen=True):
    """What one call gave."""

    status: int
    """Exit status; -1 if the time ran out."""
    stdout: str
    stderr: str
    graph: bytes
    """The transition graph as XML; empty if there is none."""
    after: bytes
    """The CIB after the transition, in the newest schema that the tool knows; empty if there is none."""

    @property
    def accepted(self) -> bool:
        """True if the tool planned, and could carry the plan out; an empty plan is one."""
        return self.status == 0 and self._has_plan

    @property
    def planned(self) -> bool:
        """True also for a plan that the tool could not carry out, because its actions wait for each other."""
        return self._has_plan and bool(self.after) and (self.status == 0 or _STUCK in self.stderr)

    @property
    def late(self) -> bool:
        """True if the time ran out."""
        return self.status == -1

    @property
    def _has_plan(self) -> bool:
        return bool(self.graph) and "Transition Summary" in self.stdout

    @property
    def complaint(self) -> str:
        """Why the CIB was not accepted, in the tool's words."""
        if self.late:
            return f"no answer within {TIME_LIMIT:.0f} s"
        lines = [line for line in self.stderr.splitlines() if _REJECTED.search(line)]
        said = [line for line in self.stderr.splitlines() if not line.startswith("DEBUG: ")]
        return (lines or said or [f"exit status {self.status}"])[0]


class Simulator:
    """An installed `crm_simulate`."""

    def __init__(self, program: str) -> None:
        self.program = program
        """Path of the tool."""

    def version(self) -> str:
        """What the tool says of its version, the first line."""
        command = [self.program, "--version"]
        found = subprocess.run(command, capture_output=True, check=False, text=True, timeout=TIME_LIMIT)
        return found.stdout.partition("\n")[0].strip()

    def run(self, cib: bytes, *arguments: str) -> Simulation:
        """Let the scheduler plan for a CIB and simulate the plan; arguments such as `--node-down=host1` come on top."""
        with tempfile.TemporaryDirectory(prefix="cibtools-") as directory:
            source, graph, after = (Path(directory, name) for name in ("cib.xml", "graph.xml", "after.xml"))
            write_scratch(source, cib)
            command = [self.program, f"--xml-file={source}", "--simulate", f"--save-graph={graph}"]
            command += [f"--save-output={after}", *arguments]
            try:
                done = subprocess.run(
                    command,
                    capture_output=True,
                    check=False,
                    timeout=TIME_LIMIT,
                    cwd=directory,
                    env={"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC", "LC_ALL": "C"},
                )
            except subprocess.TimeoutExpired:
                return Simulation(-1, "", "", b"", b"")
            return Simulation(
                done.returncode,
                done.stdout.decode("utf-8", "replace"),
                done.stderr.decode("utf-8", "replace"),
                graph.read_bytes() if graph.exists() else b"",
                after.read_bytes() if after.exists() else b"",
            )


def find_simulator() -> Simulator | None:
    """The installed tool, or None; `/usr/sbin` and its like are looked into though they may not be on the PATH."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *_PLACES])
    program = shutil.which("crm_simulate", path=path)
    return Simulator(program) if program else None
