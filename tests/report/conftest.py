"""A run of the linter made by hand, with everything that renderers find hard, and snapshots of what they make of it.

After a wanted change of a format, write the snapshots anew and review them as any other diff:

    CIBTOOLS_UPDATE_SNAPSHOTS=1 python -m pytest tests/report && git diff tests/report/snapshots
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cibtools.backup.cib.tree import CibTree, parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.kind import Defect, Kind
from cibtools.backup.record.source import Source, Span
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.lint.catalogue.load import build_catalogue
from cibtools.lint.record.finding import Finding, Note, Severity
from cibtools.lint.record.outcome import LintRun, Skipped
from cibtools.lint.record.rule import Rule

SNAPSHOTS = Path(__file__).parent / "snapshots"

CIB = """\
<?xml version="1.0"?>
<cib><configuration>
  <resources>
\t<primitive id="nfs"
\t\t   class="ocf"
\t\t   provider="heartbeat"

\t\t   type="Xen">
      <operations><op id="nfs-op-1" name="monitor" interval="10s" timeout="60s"/></operations>
      <meta_attributes id="nfs-ma"><attributes><nvpair id="nfs-ma-1" name="説明" value="電子メール"/></attributes>
      </meta_attributes>
    </primitive>
    <primitive id="fence1" class="stonith" type="external/riloe">
      <instance_attributes id="fence1-ia"><attributes>
        <nvpair id="fence1-ia-1" name="hostlist" value="host1,host2"/>
        <nvpair id="fence1-ia-2"
                name="ilo_password"
                value="GEHEIM"/><nvpair id="fence1-ia-3" name="RI_LOGIN" value="admin"/>
      </attributes></instance_attributes>
    </primitive>
  </resources>
  <constraints>
    <!-- cibtools: ignore[CIB601] the pool is mounted by hand -->
    <rsc_order id="o1" from="nfs" to="pool"/>
    <rsc_location id="l1" rsc="nfs"><rule id="l1-r" score="-INFINITY"><expression id="l1-e" \
attribute="#uname" operation="eq" value="host1"/></rule></rsc_location>
  </constraints>
</configuration></cib>
"""
NFS = "name = 'nfs'\nmemory = 512\ndisk = [ 'phy:/dev/evms/san2/vm2,xvda,w' ]\n"
MAIL = (
    "name = 'm\x1b[31mail'\n# cloned from nfs\n"
    "disk = [ 'phy:/dev/evms/san2/vm2,xvda,w', 'phy:/dev/evms/san2/vm9,xvdb,w' ]\n"
)

RULES = {
    "rules/XEN102-x.toml": {
        "code": "XEN102",
        "name": "duplicate-disk-path",
        "severity": "error",
        "summary": "Two domUs | write to one disk",
        "what": "Looks at all xm files.\n\nKeeps silent for disks\nthat are read only.",
        "rationale": "Two kernels write to one file system.",
        "remedy": "Give `{domu}` a disk of its own.",
        "message": "disk {disk} is used twice",
        "sources": ["an accident", "Xen documentation"],
        "match": {"context": "x", "test": "1"},
        "requires": ["xm"],
        "dialects": ["p10", "p11"],
        "variants": {"nested": {"message": "disk {@id} of {name}", "severity": "warning"}},
        "bad": [{"files": {"a.xm": "disk = ['phy:a,b,w']", "b.xm": "disk = []"}}, {"cib": "<x/>", "variant": "nested"}],
        "good": {"cib": "<y>\n\t<z/>\n</y>", "note": "another element"},
    },
    "rules/CIB601-x.toml": {
        "code": "CIB601",
        "name": "missing-order-score",
        "severity": "warning",
        "summary": "An order has no score.",
        "rationale": "It depends.",
        "message": "rsc_order '{@id}'",
        "match": {"context": "rsc_order", "test": "not(@score)"},
        "bad": {"cib": "<rsc_order id='a'/>"},
        "good": {"cib": "<rsc_order id='a' score='0'/>"},
    },
}


@pytest.fixture
def rules() -> tuple[Rule, ...]:
    return build_catalogue(RULES)


@pytest.fixture
def run(rules: tuple[Rule, ...]) -> LintRun:
    """Findings of every shape."""
    return _Maker(rules).run()


class _Maker:
    """Puts the run together."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        source = Source("backup/cib.xml", CIB.encode())
        tree, defects, kind = parse_cib(source)
        assert isinstance(tree, CibTree)
        self.cib = Document(kind, source, tree, "root element <cib>", defects=defects)
        self.nfs = Document(Kind.XM, Source("backup/xen/nfs.xm", NFS.encode()), None, "Xen settings")
        self.mail = Document(Kind.XM, Source("backup/xen/mail, new.xm", MAIL.encode()), None, "Xen settings")
        self.empty = Document(
            Kind.EMPTY,
            Source("backup/nodes.xml", b""),
            None,
            "no bytes",
            host="host1",
            defects=(Defect("damaged", "the file is empty", Span(0, 0), fatal=True),),
        )
        self.notes = Document(Kind.UNCLASSIFIED, Source("backup/notes.txt", b"call Bob\n"), None, "nothing known")

    def run(self) -> LintRun:
        documents = (self.cib, self.empty, self.notes, self.mail, self.nfs)
        cluster = Cluster(Backup("backup", documents))
        silenced = self.finding(
            "CIB601",
            Severity.WARNING,
            "rsc_order 'o1' has no score",
            self.element("o1"),
            suppressed_by="the pool is mounted by hand",
        )
        return LintRun(
            tuple(self.findings()),
            (silenced,),
            (Skipped(self.rules[0], ("ha.cf", "status"), "backup"),),
            (cluster,),
            self.rules,
        )

    def findings(self) -> list[Finding]:
        error, warning, info = Severity.ERROR, Severity.WARNING, Severity.INFO
        disk = "phy:/dev/evms/san2/vm2"
        spots = (
            Note(self.spot(self.nfs, disk), "the disk is first used here"),
            Note(self.spot(self.mail, "m\x1b[31mail"), "the domU"),
            Note(self.spot(self.mail, "phy:/dev/evms/san2/vm9"), "and another disk"),
            Note(Place(self.notes), "Bob knows"),
        )
        device = (Note(self.element("fence1"), "the device"), Note(self.element("l1"), "it never runs on host1"))
        login = (Note(self.element("fence1-ia-3", "value"), "the login is not secret"),)
        wide = (Note(self.element("nfs-ma-1", "name"), "the name is wide as well"),)
        long = (
            "op nfs-op-1: a rather long message that does not fit on one line – likewise xen-mail-op-1, xen-web-op-1, "
            "xen-ldap-op-1, xen-vpn-op-1"
        )
        hosts, remedy = self.element("fence1-ia-1", "value"), 'Write "host1 host2", with a blank.'
        return [
            self.finding("CIB401", warning, "nfs: a start tag of several lines", self.element("nfs")),
            self.finding("CIB402", info, "nfs: wide characters", self.element("nfs-ma-1", "value"), notes=wide),
            self.finding(
                "CIB403", error, "fence1: one unknown host – nobody fences host1", hosts, remedy, notes=device
            ),
            self.finding("CIB408", info, "fence1: a secret", self.element("fence1-ia-2", "value"), notes=login),
            self.finding("CIB612", warning, "nfs: excluded", self.element("l1-e", "value")),
            self.finding(
                "CIB503",
                warning,
                long,
                self.element("nfs-op-1", "timeout"),
                variant="short",
                subjects=("nfs-op-1", "mail-op-1"),
            ),
            self.finding("CIB001", error, "nodes.xml: the file is empty", Place(self.empty), "Take the backup again."),
            self.finding(
                "XEN102",
                error,
                f"disk '{disk}' is used\nby m\x1b[31mail and nfs",
                self.spot(self.mail, disk),
                "Give one of them a disk of its own: 100% sure, isn't it?",
                variant="nested",
                notes=spots,
            ),
        ]

    def element(self, identity: str, attribute: str | None = None) -> Place:
        assert isinstance(self.cib.content, CibTree)
        found = self.cib.content.roots[0].xpath(f"//*[@id='{identity}']")
        return Place(self.cib, found[0], attribute)

    def spot(self, document: Document, text: str) -> Place:
        start = document.source.data.index(text.encode())
        return Place(document, spot=Span(start, start + len(text.encode())), item="disk")

    def finding(
        self,
        code: str,
        severity: Severity,
        message: str,
        place: Place,
        remedy: str = "",
        *,
        variant: str = "",
        notes: tuple[Note, ...] = (),
        subjects: tuple[str, ...] = (),
        suppressed_by: str = "",
    ) -> Finding:
        name = next((rule.name for rule in self.rules if rule.code == code), "some-rule")
        return Finding(
            code,
            name,
            variant,
            severity,
            "high",
            message,
            remedy,
            place,
            notes,
            place.route("backup"),
            "",
            subjects,
            suppressed_by,
        )


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Return a function that compares a text with the snapshot of that name."""

    def compare(name: str, text: str) -> None:
        path = SNAPSHOTS / name
        if os.environ.get("CIBTOOLS_UPDATE_SNAPSHOTS"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        assert path.exists(), f"{path.name}: no such snapshot; CIBTOOLS_UPDATE_SNAPSHOTS=1 makes it"
        assert text == path.read_bytes().decode()

    return compare
