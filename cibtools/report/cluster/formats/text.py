"""A cluster as a tree, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from cibtools.cluster.derived.fencing import Cover
from cibtools.errors import CibtoolsError
from cibtools.report.cluster.clusterview import AttachedNode, ClusterView, DomuView, NodeView, Option, ResourceView
from cibtools.report.shared.printable import columns, counted, visible
from cibtools.report.shared.style import Piece, Style, paint, plain

SUFFIX = ".txt"


class Branch(Struct, frozen=True):
    """One line of a tree and what hangs below it."""

    line: tuple[Piece, ...]
    below: tuple[Branch, ...] = ()


def render(views: Sequence[ClusterView], *, color: bool = False, errors: Sequence[CibtoolsError] = ()) -> str:
    """One tree per cluster, with an empty line between them; stderr says what could not be read."""
    pieces: list[Piece] = []
    for number, view in enumerate(views):
        pieces += [plain("\n")] if number else []
        pieces += _drawn(_cluster(view))
    return paint(pieces, color=color)


def _drawn(branch: Branch, first: str = "", rest: str = "") -> Iterator[Piece]:
    yield Style.GUTTER, first
    yield from ((style, visible(text)) for style, text in branch.line)
    yield plain("\n")
    for child in branch.below:
        last = child is branch.below[-1]
        yield from _drawn(child, f"{rest}{'└─ ' if last else '├─ '}", f"{rest}{'   ' if last else '│  '}")


def _cluster(view: ClusterView) -> Branch:
    parts = (
        _heading(
            "Nodes", [*map(_node, view.nodes), *map(_attached, view.attached)], len(view.nodes) + len(view.attached)
        ),
        _heading("Options", [Branch((plain(f"{name}={value}"),)) for name, value in view.options]),
        _heading("Resources", [_resource(found) for found in view.resources], _primitives(view.resources), "primitive"),
        _heading("Constraints", _constraints(view), len(view.constraints)),
        _heading("DomUs", _domus(view), note=_memory(view)),
        _heading("Hosts", _hosts(view)),
        _heading("Files", _files(view), len(view.files)),
    )
    missing = Branch((plain("Not among the files: "), (Style.WARNING, ", ".join(view.missing))))
    title = (
        (Style.STRONG, view.root or "."),
        plain(f": {view.dialect.title}"),
        (Style.DIM, f" ({view.reason})"),
    )
    return Branch(title, (*(part for part in parts if part.below), *((missing,) if view.missing else ())))


def _heading(title: str, below: Sequence[Branch], count: int = 0, noun: str = "", note: str = "") -> Branch:
    note = note or (counted(count, noun) if noun else str(count) if count else "")
    return Branch(((Style.STRONG, title), (Style.DIM, f" ({note})" if note else "")), tuple(below))


def _primitives(resources: Sequence[ResourceView]) -> int:
    return sum((found.kind == "primitive") + _primitives(found.children) for found in resources)


def _attached(node: AttachedNode) -> Branch:
    remote = f"remote node, connected by {node.resource}" if node.resource else "remote node without a connection"
    said = remote if node.kind == "remote" else f"guest node, the virtual machine of {node.resource}"
    return Branch((plain(f"{node.name}  "), (Style.DIM, said)))


def _node(node: NodeView) -> Branch:
    match node.cover:
        case Cover.COVERED if node.by:
            said = (Style.GOOD, "fenced by "), plain(", ".join(node.by))
        case Cover.COVERED if node.tests:
            said = (Style.WARNING, "fenced in tests only, by "), plain(", ".join(node.tests))
        case Cover.COVERED:
            said = (Style.GOOD, "fenced by "), plain("its watchdog")
        case Cover.UNCOVERED:
            said = (Style.ERROR, "fenced by nobody"), plain("")
        case Cover.UNKNOWN:
            said = (Style.WARNING, "fenced by whom is not known"), plain("")
    tests = plain(f"; in tests also by {', '.join(node.tests)}" if node.by and node.tests else "")
    return Branch((plain(f"{node.name}  "), *said, tests), tuple(Branch((plain(words),)) for words in node.others))


def _resource(resource: ResourceView) -> Branch:
    line = [(Style.STRONG, resource.id), plain(f"  {resource.agent or resource.kind}")]
    if resource.parameters:
        line.append(plain(f"  {_joined(resource.parameters)}"))
    if resource.options:
        line.append((Style.NOTE, f"  [{_joined(resource.options)}]"))
    if resource.active:
        where = ", ".join(f"{found.node}{' as master' if found.promoted else ''}" for found in resource.active)
        line.append((Style.GOOD, f"  on {where}"))
    return Branch(tuple(line), tuple(_resource(child) for child in resource.children))


def _joined(options: Sequence[Option]) -> str:
    return " ".join(f'{name}="{value}"' if not value or " " in value else f"{name}={value}" for name, value in options)


def _constraints(view: ClusterView) -> list[Branch]:
    return [Branch((plain(found.words), (Style.DIM, f"  {found.id}"))) for found in view.constraints]


def _domus(view: ClusterView) -> list[Branch]:
    names = max((columns(visible(found.name)) for found in view.domus), default=0)
    return [_domu(found, names) for found in view.domus]


def _domu(domu: DomuView, names: int) -> Branch:
    name = visible(domu.name)
    memory = f"{domu.memory:>6} MiB" if domu.memory is not None else "memory ?".rjust(10)
    line = [(Style.STRONG, name), plain(f"{'':>{names - columns(name)}}{memory}")]
    if domu.managers:
        line.append(plain(f"  run by {', '.join(domu.managers)}"))
    elif domu.template:
        line.append((Style.DIM, "  an old copy or template"))
    else:
        line.append((Style.WARNING, "  run by no resource"))
    disks = [f"{disk.vdev} {disk.mode}  {disk.source}" for disk in domu.disks]
    return Branch(tuple(line), tuple(Branch((plain(disk),)) for disk in disks))


def _memory(view: ClusterView) -> str:
    """How many domUs, and how much they need together."""
    live = [found for found in view.domus if not found.template]
    unknown = f", {len(view.memory_unknown)} of unknown size" if view.memory_unknown else ""
    return f"{len(live)}, {view.memory} MiB together{unknown}"


def _hosts(view: ClusterView) -> list[Branch]:
    subjects = max((len(found.subject) for found in view.hosts), default=0)
    return [
        Branch((
            plain(f"{found.subject:<{subjects}}  {found.words}"),
            (Style.DIM, f"  ({', '.join(found.hosts)})" if found.hosts else ""),
        ))
        for found in view.hosts
    ]  # fmt: skip


def _files(view: ClusterView) -> list[Branch]:
    kinds = max((len(found.kind) for found in view.files), default=0)
    return [
        Branch((
            plain(f"{found.kind:<{kinds}}  "),
            (Style.PATH, found.path.removeprefix(f"{view.root}/")),
            (Style.DIM, f"  {found.reason}{f' (of {found.host})' if found.host else ''}"),
        ))
        for found in view.files
    ]  # fmt: skip
