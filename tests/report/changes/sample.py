"""A migration by hand with every kind of entry, hostile values and secrets: what renderers of change logs find hard."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.cluster.model.place import Place
from cibtools.migrate.draft.drafting import draft_of
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.outcome import Migration
from cibtools.migrate.record.product import Products, Reminder
from cibtools.report.changes.changelog import LogView, view
from tests.migrate.lab import cluster_of

SECRET = "GEHEIM"
HOSTILE = 'value="a|b `c` ``d`` \\| <i>&amp;*_~[x](y)_*" \x1b[31m \u202e'
CIB = f"""\
<cib have_quorum="true"><configuration>
  <crm_config><cluster_property_set id="o"><attributes>
    <nvpair id="o-1" name="no_quorum_policy" value="stop"/></attributes></cluster_property_set></crm_config>
  <nodes/>
  <resources>
    <primitive id="web:1" class="ocf" provider="heartbeat" type="apache"/>
    <primitive id="fence" class="stonith" type="external/riloe"><instance_attributes id="f-ia"><attributes>
      <nvpair id="f-1" name="ilo_password" value="{SECRET}"/>
      <nvpair id="f-2" name="hostlist" value="a|b"/>
    </attributes></instance_attributes></primitive>
  </resources>
  <constraints/>
</configuration><status/></cib>
"""
TITLES = {
    "M002": "write the root element as Pacemaker 1.0 has it",
    "M010": "call cluster options by the names that Pacemaker reads",
    "M014": "say after how many failures | a resource leaves its node",
    "M041": "give each primitive <a class>",
    "M100": "make every id an XML name",
    "M126": "replace EVMS devices",
}


def sample() -> Migration:
    """Made of notes by hand, so that no step's wording is repeated in snapshots."""
    draft = draft_of(cluster_of(CIB))
    (web, fence) = draft.top.iter("primitive")
    (option, password, hostlist) = draft.top.iter("nvpair")
    (original,) = (node for node in draft.originals[0].iter("primitive") if node.get("id") == "web:1")
    spot = Place(draft.cluster.place(original).document, original, "type")
    one = ('threshold = 3: the "usual" choice', "threshold = _none_ | nothing\nelse")
    kind = ChangeKind
    running = "a record of the running cluster"
    gone = f'<nvpair name="ilo_password" value="{SECRET}"/>'
    value = 'value="a|b"'
    notes = (
        Note("M002", kind.DROPPED, None, "", 'have_quorum="true"', "", running),
        Note("M002", kind.ADDED, None, "", "", 'validate-with="pacemaker-1.0"', "names the schema"),
        Note("M002", kind.DROPPED, None, "", "<status/>" * 60, "", running),
        Note("M010", kind.RENAMED, option, "name", 'name="no_quorum_policy"', 'name="no-quorum-policy"', "dashes"),
        Note("M014", kind.DECIDE, web, "", "", "", "Should it *stay* so?", alternatives=one, answer="threshold"),
        Note("M014", kind.DECIDE, fence, "", "", 'x="1"', "And this | one?", alternatives=one, answer="threshold"),
        Note("M041", kind.REWRITTEN, hostlist, "value", HOSTILE, "`", "2. not a list: <b>bold</b> | `code`"),
        Note("M041", kind.REWRITTEN, password, "value", f'value="{SECRET}"', f'value="{SECRET}2"', "dashes"),
        Note("M041", kind.DROPPED, fence, "", gone, "", "it is gone"),
        Note("M100", kind.RENAMED, web, "id", 'id="web:1"', 'id="web-1"', "an id has to be an XML name"),
        Note("M126", kind.DECIDE, None, "", "phy:x|y", "phy:z", f"Which? passwd={SECRET}", spot=spot),
        Note("M126", kind.DECIDE, hostlist, "value", value, "", "Which device?", True, ("say so",)),
    )
    web.set("id", "web-1")
    reminders = (
        Reminder("Take away *all* | of them.", ("rm /x|y `z`", f"ipmitool -P password={SECRET}")),
        Reminder("This is long enough to be broken into lines: a terminal has only so many columns to show it."),
    )
    return Migration(draft, notes, TITLES, Products(reminders=reminders))


def sample_view() -> LogView:
    """The whole change log, with what only the outlook of real steps would add."""
    return replace(
        view(sample()),
        differences=(Reminder("A start waits for fencing."),),
        upgrades=(Reminder("The option goes away in 3.0.", ("web-1",)),),
    )
