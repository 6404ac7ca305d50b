"""What the linter and Pacemaker's scheduler have to say of a cluster, in the form that plans take it."""

from __future__ import annotations

from collections.abc import Iterable

from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import path_below
from cibtools.lint.record.finding import Finding, Severity
from cibtools.runbook.estimate.confirm import Expert
from cibtools.runbook.plan.enums import Light
from cibtools.runbook.plan.remark import Remark

_LIGHTS = {Severity.ERROR: Light.RED, Severity.WARNING: Light.AMBER, Severity.INFO: Light.GREEN}


def lint_remarks(cluster: Cluster) -> tuple[Remark, ...]:
    """Run the linter over a cluster and hand on what it finds."""
    return remarks_of(cluster, lint_findings(cluster))


def lint_findings(cluster: Cluster) -> tuple[Finding, ...]:
    """Run the linter over a cluster, with the rules that come with cibtools."""
    from cibtools.cli.inputs.catalogue import load_catalogue
    from cibtools.cli.inputs.select import select_rules
    from cibtools.lint.engine.run import Engine

    return Engine(select_rules(load_catalogue(), (), ())).run([cluster]).findings


def remarks_of(cluster: Cluster, findings: Iterable[Finding]) -> tuple[Remark, ...]:
    """Hand on what the linter found."""
    return tuple(_remark(cluster, finding) for finding in findings)


def find_expert(cluster: Cluster) -> Expert | None:
    """The installed scheduler with the cluster in its language; None if there is none, or the cluster resists."""
    from cibtools.cli.planning.simulator import find_simulator
    from cibtools.migrate.answers import Answers
    from cibtools.migrate.pipeline import migrate

    simulator = find_simulator()
    if simulator is None:
        return None
    migration = migrate(cluster, Answers())
    return None if migration.blocked else Expert(simulator, migration.top, migration.renames)


def _remark(cluster: Cluster, finding: Finding) -> Remark:
    location = finding.location
    return Remark(
        finding.code,
        _LIGHTS[finding.severity],
        finding.message,
        path_below(cluster.backup.root, finding.place.document),
        location.line,
        frozenset(_subjects(cluster, finding)),
    )


def _subjects(cluster: Cluster, finding: Finding) -> list[str]:
    """Ids of the objects that a finding is about: what it lists, and what it stands in."""
    found = list(finding.subjects)
    element = finding.place.element
    while element is not None:
        if element.get("id"):
            found.append(element.get("id", ""))
        element = element.getparent()
    from cibtools.cluster.derived.domu import domus_of

    domus = (domu for domu in domus_of(cluster) if finding.place.document in {file.document for file in domu.files})
    found += [manager.id for domu in domus for manager in domu.managers]
    return found
