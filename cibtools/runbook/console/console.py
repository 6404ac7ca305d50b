"""The cluster's tools, in the spelling of the generation that is in force where and when a command runs.

One option letter means two things in two releases, options are missing in one and dangerous in the other. Whoever
builds a plan says what is to be done; how that is typed is known here only. Facts from the sources of heartbeat
2.1.3, Pacemaker 0.6.6, 1.0.3 and 1.0.13.
"""

from __future__ import annotations

from collections.abc import Iterable

from cibtools.backup.record.secret import is_secret_name
from cibtools.runbook.console.cib_console import CibConsole
from cibtools.runbook.console.shell import assignments, for_each, password_variable, quoted, read_password, wait_until
from cibtools.runbook.facts.meta_place import MetaPlace
from cibtools.runbook.plan.enums import CommandKind
from cibtools.runbook.plan.step import Command


class Console(CibConsole, frozen=True):
    """A root shell on one node, with one generation of tools."""

    # --- nodes -----------------------------------------------------------------------------------------------------

    def standby(self, node: str) -> Command:
        """Empty a node; without a lifetime this survives its reboot, which the plans rely on."""
        return self._change(f"crm_standby -U {quoted(node)} -v on")

    def online(self, node: str) -> Command:
        """Make a node active again and leave nothing behind."""
        return self._change(f"crm_standby -D -U {quoted(node)}")

    def node_attribute(self, node: str, name: str) -> Command:
        """Ask for a transient attribute of a node, such as pingd."""
        return self._read(f"crm_attribute -t status -U {quoted(node)} -n {quoted(name)} -G")

    # --- resources -------------------------------------------------------------------------------------------------

    def set_meta(self, resource: str, option: str, value: str, place: MetaPlace | None = None) -> Command:
        """Set a meta option (named with dashes) where the CIB has it, else among the meta attributes."""
        found = place or MetaPlace()
        return self._change(self._meta(resource, f"-p {self._name(option)} -v {quoted(value)}", found))

    def delete_meta(self, resource: str, option: str, place: MetaPlace | None = None) -> Command:
        """Remove a meta option, so that nothing of an interim state stays."""
        return self._change(self._meta(resource, f"-d {self._name(option)}", place or MetaPlace()))

    def _meta(self, resource: str, what: str, place: MetaPlace) -> str:
        # Without --meta, 1.0 would set a parameter of the agent.
        table = " --meta" if place.in_meta or not self.old else ""
        pair = f" -i {quoted(place.nvpair)}" if place.nvpair else ""
        return f"crm_resource -r {quoted(resource)}{table} {what}{pair}"

    def _name(self, option: str) -> str:
        return quoted(option.replace("-", "_") if self.old else option)

    def stop(self, resource: str, place: MetaPlace | None = None) -> Command:
        """Stop a resource and keep it stopped."""
        return self.set_meta(resource, "target-role", "stopped" if self.old else "Stopped", place)

    def start(self, resource: str, place: MetaPlace | None = None) -> Command:
        """Let a resource run again by removing what `stop` set."""
        return self.delete_meta(resource, "target-role", place)

    def node_line(self, name: str) -> str:
        """How the line begins that `crm_mon` shows for a node: heartbeat 2.1 has its id between name and state."""
        return f"Node: {name} " if self.old else f"Node {name}:"

    def move(self, resource: str, node: str) -> Command:
        """Pin a resource to a node; `unmove` removes the constraint this leaves."""
        return self._change(f"crm_resource -M -r {quoted(resource)} -H {quoted(node)}")

    def send(self, resource: str, node: str) -> Command:
        """Move a resource that runs; `unmove` removes the constraints this leaves.

        It is forced: a pin and an endless stickiness weigh the same, and of equals the scheduler takes the node where
        the resource runs (`native_choose_node`, and the help of `crm_resource`).
        """
        return self._change(f"crm_resource -M -f -r {quoted(resource)} -H {quoted(node)}")

    def fetch(self, resource: str, node: str) -> Command:
        """Move a resource to a node unless it runs there: the tool would only complain that it is active already."""
        here = f"{self.where_text(resource)} | grep -q {quoted(f' {node} *$')}"
        return self._change(f"{here} || {self.send(resource, node).text}")

    def unmove(self, resource: str) -> Command:
        """Remove the constraint that `move` left."""
        return self._change(f"crm_resource -U -r {quoted(resource)}")

    def where(self, resource: str) -> Command:
        """Ask where a resource runs."""
        return self._read(self.where_text(resource))

    def where_text(self, resource: str) -> str:
        """The question alone, to be used in a loop."""
        return f"crm_resource -W -r {quoted(resource)}"

    def forget_failures(self, resource: str, node: str) -> Command:
        """Forget the failures of a primitive or a clone's instance on one node; heartbeat 2.1 counts on unless told."""
        lines = [f"crm_resource -C -r {quoted(resource)} -H {quoted(node)}"]
        if self.old:
            lines.append(f"crm_failcount -D -U {quoted(node)} -r {quoted(resource)}")
        return self._change("\n".join(lines))

    def failcounts(self, resources: Iterable[str], nodes: Iterable[str]) -> Command:
        """Ask for every fail count that is not 0; crm_mon of heartbeat 2.1 does not show them."""
        ask = 'echo "$n $r $(crm_failcount -G -U "$n" -r "$r" 2>&1)"'
        loops = for_each("n", nodes, for_each("r", resources, ask))
        return self._read(f"{{\n{loops}\n}} | grep -v 'value=0' || echo 'no fail count'")

    def reprobe(self) -> Command:
        """Let the cluster look what runs where."""
        return self._change("crm_resource -P")

    # --- status ----------------------------------------------------------------------------------------------------

    def status(self) -> Command:
        """Show all resources once, with fail counts where the release can."""
        return self._read("crm_mon -1 -r" if self.old else "crm_mon -1 -r -f")

    def status_by_node(self, file: str = "") -> Command:
        """Show all resources once, node by node, or save that to a file."""
        return self._read("crm_mon -1 -n -r" + (f" > {quoted(file)}" if file else ""))

    def members(self) -> Command:
        """List the nodes of the cluster."""
        return self._read("crmadmin -N")

    def wait_idle(self, seconds: int) -> Command:
        """Wait until the cluster has finished to react."""
        ask = "DC=$(crmadmin -D 2>/dev/null | awk '{print $NF}'); crmadmin -S \"$DC\" 2>&1 | grep -q S_IDLE"
        return self._wait(wait_until(ask, seconds, 'crmadmin -S "$DC"'))

    def wait_stopped(self, resource: str, seconds: int) -> Command:
        """Wait until a resource runs nowhere."""
        ask = self.where_text(resource)
        return self._wait(wait_until(f"{ask} 2>&1 | grep -q 'NOT running'", seconds, ask))

    def wait_running(self, resource: str, node: str, seconds: int) -> Command:
        """Wait until a resource runs on a node, or anywhere if no node is named."""
        ask = self.where_text(resource)
        line = f"is running on: {node}" if node else "is running on:"
        return self._wait(wait_until(f"{ask} 2>&1 | grep -qwF {quoted(line)}", seconds, ask))

    def wait(self, condition: str, seconds: int, show: str) -> Command:
        """Wait until a condition holds that no other method asks for."""
        return self._wait(wait_until(condition, seconds, show))

    def _wait(self, text: str) -> Command:
        return Command(run_on=self.run_on, kind=CommandKind.WAIT, text=text, tools=self.tools, waits=True)

    # --- the stack and fencing -------------------------------------------------------------------------------------

    def stack(self, action: str, *, openais: bool = False) -> Command:
        """Start, stop or ask the cluster stack of this node."""
        service = "rcopenais" if openais else "rcheartbeat"
        kind = CommandKind.READ if action == "status" else CommandKind.CHANGE
        return Command(run_on=self.run_on, kind=kind, text=f"{service} {quoted(action)}", tools=self.tools)

    def stonith(self, plugin: str, parameters: Iterable[tuple[str, str]], action: str) -> Command:
        """Ask a fencing device: `-S` whether it answers, `-l` whom it can fence; secrets are asked for first."""
        return self._stonith(plugin, parameters, action, CommandKind.READ)

    def stonith_reset(self, plugin: str, parameters: Iterable[tuple[str, str]], node: str) -> Command:
        """Cut the power of a node by hand; the node's name comes last, or nothing happens."""
        return self._stonith(plugin, parameters, f"-T reset {quoted(node)}", CommandKind.DESTRUCTIVE)

    def _stonith(self, plugin: str, parameters: Iterable[tuple[str, str]], action: str, kind: CommandKind) -> Command:
        words = tuple(parameters)
        line = assignments(words)
        asked = [read_password(password_variable(name), f"{name}: ") for name, _ in words if is_secret_name(name)]
        # One line: of several that are pasted, `read` would take the next one for the password.
        text = "; ".join([*dict.fromkeys(asked), f"stonith -t {quoted(plugin)} {line} {action}"])
        return Command(run_on=self.run_on, kind=kind, text=text, tools=self.tools)
