"""Four times the objects take at most six times the time, whatever is repeated."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import cli

RATIO = 6
_LEAST = 0.08
"""Seconds of CPU that are not told apart from none."""


def many(count: int, text: str) -> str:
    """A text so many times, `{i}` being the number."""
    return "".join(text.replace("{i}", str(number)).replace("{j}", str(number + 1)) for number in range(count))


def cib(resources: str = "", constraints: str = "", options: str = "", nodes: str = "", status: str = "") -> str:
    return (
        f"<cib><configuration><crm_config>{options}</crm_config><nodes>{nodes}</nodes><resources>{resources}</resources>"
        f"<constraints>{constraints}</constraints></configuration><status>{status}</status></cib>"
    )


PRIMITIVE = '<primitive id="p{i}" class="ocf" provider="heartbeat" type="Dummy"/>'
STOPPED = PRIMITIVE.replace(
    "/>",
    '><meta_attributes id="m{i}"><attributes><nvpair id="m{i}-r" name="target_role" value="stopped"/></attributes>'
    "</meta_attributes></primitive>",
)
SECRET = (
    '<primitive id="f{i}" class="stonith" type="external/riloe"><instance_attributes id="i{i}"><attributes>'
    '<nvpair id="n{i}" name="ilo_password" value="x"/></attributes></instance_attributes></primitive>'
)
CURLY = '<primitive id=”p{i}” type="x"/>\n'
PAIR = '<nvpair id="k{i}" name="k{i}"/>'
OPERATION = '<op id="o{i}" name="monitor" interval="{i}s"/>'
ORDER = '<rsc_order id="o{i}" from="p{j}" to="p{i}" type="after"/>'
MOVED = '<rsc_location id="cli-prefer-{i}" rsc="p{i}" node="a" score="INFINITY"/>'
SHAPES: dict[str, tuple[int, Callable[[int], str]]] = {
    "objects of a section": (300, lambda n: f"<resources>{many(n, PRIMITIVE)}</resources>"),
    "roots": (300, lambda n: many(n, PRIMITIVE)),
    "roots of one id": (300, lambda n: many(n, PRIMITIVE.replace("{i}", ""))),
    "sections": (300, lambda n: many(n, f"<resources>{PRIMITIVE}</resources>")),
    "attributes": (500, lambda n: "<primitive id='a' class='lsb' type='x' " + many(n, 'a{i}="1" ') + "/>"),
    "curly quotes": (400, lambda n: "<resources>\n" + many(n, CURLY) + "</resources>"),
    "no-break spaces": (400, lambda n: "<resources>\n" + many(n, '<primitive\u00a0id="p{i}"/>\n') + "</resources>"),
    "control characters": (400, lambda n: "<resources>\n" + many(n, '<primitive \x01id="p{i}"/>\n') + "</resources>"),
    "blanks in an open value": (3000, lambda n: '<a b="' + " " * n + 'x" c="1/>'),
    "brackets": (20000, lambda n: "<" * n),
    "comments": (500, lambda n: "<resources>" + many(n, "<!-- {i} -->") + "</resources>"),
    "nvpairs": (300, lambda n: SECRET.replace("</attributes>", many(n, PAIR) + "</attributes>")),
    "operations": (150, lambda n: '<primitive id="a">' + many(n, OPERATION) + "</primitive>"),
    "nodes": (200, lambda n: cib(nodes=many(n, '<node id="u{i}" uname="h{i}" type="normal"/>'))),
    "nodes of one name": (200, lambda n: cib(nodes=many(n, '<node id="u" uname="h" type="normal"/>'))),
    "secrets on one line": (60, lambda n: cib(many(n, SECRET))),
    "orders": (150, lambda n: cib(many(n + 1, PRIMITIVE), many(n, ORDER))),
    "stopped resources": (150, lambda n: cib(many(n + 1, STOPPED), many(n, ORDER))),
    "orders of nothing": (150, lambda n: cib(many(n, PRIMITIVE), many(n, ORDER.replace('"p', '"q')))),
    "resources moved by hand": (150, lambda n: cib(many(n, PRIMITIVE), many(n, MOVED))),
    "groups": (100, lambda n: cib(many(n, f'<group id="g{{i}}">{PRIMITIVE}</group>'))),
    "members": (150, lambda n: cib(f'<group id="g">{many(n, PRIMITIVE)}</group>')),
    "unknown elements": (200, lambda n: cib(many(n, '<primitve{i} id="p{i}"/>'))),
    "options": (
        200,
        lambda n: cib(options='<cluster_property_set id="s">' + many(n, PAIR) + "</cluster_property_set>"),
    ),
    "words of a value": (
        3000,
        lambda n: cib('<primitive id="a" class="lsb" type="x" description="' + "pass = x " * n + '"/>'),
    ),
}


def seconds(arguments: list[str]) -> float:
    """The CPU time of a run."""
    start = time.process_time()
    result = CliRunner().invoke(cli, arguments)
    assert "a bug in cibtools" not in result.stderr, result.stderr
    return time.process_time() - start


@pytest.mark.parametrize("command", ["lint", "show", "migrate", "validate"])
@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_size(shape: str, command: str, tmp_path: Path) -> None:
    count, make = SHAPES[shape]
    small, large = tmp_path / "small.xml", tmp_path / "large.xml"
    small.write_text(make(count), encoding="utf-8")
    large.write_text(make(4 * count), encoding="utf-8")
    options = ["--no-cache"] if command == "lint" else []
    seconds([command, *options, str(small)])
    # Of several runs the quickest: others compute on the same machine.
    once = min(seconds([command, *options, str(small)]) for _ in range(2))
    for _ in range(3):
        if seconds([command, *options, str(large)]) <= RATIO * max(once, _LEAST):
            return
    pytest.fail(f"{command}: four times the {shape} take more than {RATIO} times the {once:.2f} s")


def test_the_attributes_of_one_element_are_judged_in_linear_time(tmp_path: Path) -> None:
    path = tmp_path / "cib.xml"
    path.write_text(SHAPES["attributes"][1](2000), encoding="utf-8")
    assert seconds(["validate", str(path)]) < 10


NODE_STATE = '<node_state id="h{i}" uname="h{i}" in_ccm="true" crmd="online" join="member"/>'
FENCE = (
    '<primitive id="f{i}" class="stonith" type="external/riloe"><instance_attributes id="i{i}"><attributes>'
    '<nvpair id="n{i}" name="hostlist" value="h{i}"/></attributes></instance_attributes></primitive>'
)
DOMU = (
    '<primitive id="vm{i}" class="ocf" provider="heartbeat" type="Xen"><instance_attributes id="x{i}"><attributes>'
    '<nvpair id="xm{i}" name="xmfile" value="/etc/xen/vm/vm{i}"/></attributes></instance_attributes></primitive>'
)
TIE = '<rsc_colocation id="c{i}" from="vm{j}" to="vm{i}" score="INFINITY"/>'
CHAIN = '<rsc_order id="o{i}" from="vm{j}" to="vm{i}" score="0"/>'


def fenced(nodes: int, domus: int, constraints: str = "") -> str:
    """A cluster whose nodes all run and can be fenced."""
    listed = many(nodes, '<node id="h{i}" uname="h{i}" type="normal"/>')
    return cib(many(nodes, FENCE) + many(domus, DOMU), constraints, nodes=listed, status=many(nodes, NODE_STATE))


PLANS: dict[str, tuple[int, Callable[[int], str]]] = {
    "domUs": (40, lambda n: fenced(2, n)),
    "domUs in a chain of orders": (40, lambda n: fenced(2, n, many(n - 1, CHAIN))),
    "domUs in a chain of colocations": (40, lambda n: fenced(2, n, many(n - 1, TIE))),
    "memory of domUs that is known": (40, lambda n: fenced(2, n)),
}


@pytest.mark.parametrize("shape", PLANS)
def test_a_plan_grows_with_the_cluster(shape: str, tmp_path: Path) -> None:
    count, make = PLANS[shape]
    for name, size in (("small", count), ("large", 4 * count)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "cib.xml").write_text(make(size), encoding="utf-8")
        for number in range(size) if "memory" in shape else ():
            (folder / f"vm{number}.xm").write_text(f'name = "vm{number}"\nmemory = 256\n', encoding="utf-8")
    plan = ["runbook", "patch", "--no-simulate"]
    seconds([*plan, str(tmp_path / "small")])
    once = min(seconds([*plan, str(tmp_path / "small")]) for _ in range(2))
    for _ in range(5):
        if seconds([*plan, str(tmp_path / "large")]) <= RATIO * max(once, _LEAST):
            return
    pytest.fail(f"a plan of four times the {shape} takes more than {RATIO} times the {once:.2f} s")
