"""The commands that read and change the CIB, in the spelling of the generation that is in force."""

from __future__ import annotations

from msgspec import Struct

from cibtools.errors import PlanError
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.plan.enums import CommandKind, Tools
from cibtools.runbook.plan.step import Command

SECTIONS = ("crm_config", "nodes", "resources", "constraints")
"""The sections of a configuration in heartbeat 2.1."""
SECTIONS_P10 = (*SECTIONS, "rsc_defaults", "op_defaults")
"""The sections of a configuration in Pacemaker 1.0."""


class CibConsole(Struct, frozen=True):
    """A root shell on one node, as far as it works on the CIB."""

    tools: Tools
    run_on: str
    """Where it is, as the prompt will say."""

    @property
    def old(self) -> bool:
        """True for heartbeat 2.1."""
        return self.tools is Tools.HB21

    def _read(self, text: str) -> Command:
        return Command(run_on=self.run_on, kind=CommandKind.READ, text=text, tools=self.tools)

    def _change(self, text: str) -> Command:
        return Command(run_on=self.run_on, kind=CommandKind.CHANGE, text=text, tools=self.tools)

    def shell(self, text: str, kind: CommandKind = CommandKind.READ) -> Command:
        """A line that uses no cluster tool."""
        return Command(run_on=self.run_on, kind=kind, text=text)

    def _only_new(self, what: str) -> None:
        if self.old:
            raise PlanError(f"{what} does not exist in heartbeat 2.1")

    def set_option(self, name: str, value: str) -> Command:
        """Set a cluster option, named with dashes as every release accepts it."""
        return self._change(f"crm_attribute -t crm_config -n {quoted(name)} -v {quoted(value)}")

    def delete_option(self, name: str) -> Command:
        """Remove a cluster option."""
        return self._change(f"crm_attribute -t crm_config -n {quoted(name)} -D")

    def option(self, name: str) -> Command:
        """Ask for a cluster option."""
        return self._read(f"crm_attribute -t crm_config -n {quoted(name)} -G")

    def save_cib(self, file: str) -> Command:
        """Save the whole CIB."""
        return self._read(f"cibadmin -Q > {quoted(file)}")

    def section(self, name: str) -> Command:
        """Print a section of the CIB."""
        return self._read(f"cibadmin -Q -o {quoted(name)}")

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections there are to save."""
        return SECTIONS if self.old else SECTIONS_P10

    def save_sections(self) -> Command:
        """Save every section to a file of its name; one that the CIB does not have is named, not left as empty file."""
        save = 'cibadmin -Q -o "$s" > "$s.xml" || { echo "no section $s"; rm -f "$s.xml"; }'
        return self._read(f"for s in {quoted(*self.sections)}; do\n  {save}\ndone")

    def replace_section(self, section: str, file: str) -> Command:
        """Replace a section, or one object in it, by what a file holds."""
        return self._change(f"cibadmin -R -o {quoted(section)} -x {quoted(file)}")

    def replace_cib(self, file: str) -> Command:
        """Replace the whole CIB; one that is older than the live one by its three counters is refused."""
        return self._change(f"cibadmin -R -x {quoted(file)}")

    def create(self, section: str, file: str) -> Command:
        """Create an object that is not there yet."""
        return self._change(f"cibadmin -C -o {quoted(section)} -x {quoted(file)}")

    def delete(self, section: str, file: str) -> Command:
        """Delete an object."""
        command = f"cibadmin -D -o {quoted(section)} -x {quoted(file)}"
        return Command(run_on=self.run_on, kind=CommandKind.DESTRUCTIVE, text=command, tools=self.tools)

    def digest(self, file: str) -> Command:
        """Print the digest of a CIB file."""
        return self._read(f"cibadmin -5 -x {quoted(file)}")

    def verify_live(self) -> Command:
        """Check the configuration in force."""
        return self._read("crm_verify -L -V")

    def verify_file(self, file: str) -> Command:
        """Check a CIB file."""
        return self._read(f"crm_verify -V -x {quoted(file)}")

    def simulate_live(self) -> Command:
        """Show what the cluster would do now."""
        return self._read("ptest -L -VV")

    def simulate_file(self, file: str) -> Command:
        """Show what the cluster would do with a CIB file; `-x` was stdin in heartbeat 2.1."""
        return self._read(f"ptest {'-X' if self.old else '-x'} {quoted(file)} -VV")

    def upgrade_syntax(self) -> Command:
        """Convert the CIB to the syntax of 1.0; refused without -f although the documentation shows it without."""
        self._only_new("cibadmin -u")
        return Command(run_on=self.run_on, kind=CommandKind.DESTRUCTIVE, text="cibadmin -u -f", tools=self.tools)

    def shadow_create(self, name: str) -> Command:
        """Make a copy of the CIB to work on."""
        self._only_new("crm_shadow")
        return self._change(f"crm_shadow -c {quoted(name)} -b\nexport CIB_shadow={quoted(name)}")

    def shadow_commit(self, name: str) -> Command:
        """Put the copy into force."""
        self._only_new("crm_shadow")
        return self._change(f"crm_shadow -C {quoted(name)} -f\nunset CIB_shadow")

    def shadow_delete(self, name: str) -> Command:
        """Drop the copy."""
        self._only_new("crm_shadow")
        return self._change(f"unset CIB_shadow\ncrm_shadow -D {quoted(name)} -f")
