"""No command writes a character that a terminal obeys, or that makes a line read as another one."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import cli
from tests.cli.every_run import every_run

ODD = "\u0085\u009b\u200e\u200f\u061c\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad"
"""Line ends and control sequences beyond ASCII, marks and overrides of direction, invisible characters."""
CIB = """<cib have_quorum="true" num_peers="2" cr{o}m="1"><configuration>
<crm_config><cluster_property_set id="op{o}ts"><attributes>
<nvpair id="o1{o}" name="stonith_en{o}abled" value="tr{o}ue"/><nvpair id="o2" name="symmetric_cluster" value="x{o}"/>
</attributes></cluster_property_set></crm_config>
<nodes><node id="u1{o}" uname="al{o}pha" type="normal"/><node id="u2" uname="be{o}ta" type="normal"/></nodes>
<resources><!-- a{o} comment -->
<primitive id="fe{o}nce" class="stonith" type="external/ri{o}loe"><instance_attributes id="fi{o}"><attributes>
<nvpair id="f0" name="hostlist" value="al{o}pha gam{o}ma"/></attributes></instance_attributes></primitive>
<group id="gr{o}oup"><primitive id="we{o}b" class="ocf" provider="heart{o}beat" type="apa{o}che" frob="x{o}">
<operations>
<op id="op{o}" name="moni{o}tor" interval="10{o}s" timeout="x{o}"/></operations>
<instance_attributes id="wi"><attributes><nvpair id="w1" name="con{o}fig" value="/etc/{o}x"/>
<nvpair id="w2" name="target_role" value="stop{o}ped"/></attributes></instance_attributes></primitive></group>
<primitive id="v{o}m" class="ocf" provider="heartbeat" type="Xen"><instance_attributes id="vi"><attributes>
<nvpair id="v1" name="xmfile" value="/etc/xen/vm/vm{o}1"/></attributes></instance_attributes></primitive>
</resources><constraints><rsc_order id="o{o}" from="we{o}b" to="no{o}ne" type="be{o}fore"/>
<rsc_location id="l{o}" rsc="we{o}b"><rule id="r" score="1{o}"><expression id="e" attribute="#un{o}ame" operation="eq"
value="al{o}pha"/></rule></rsc_location></constraints></configuration><status/></cib>
"""
FILES = {
    "cib.xml": CIB,
    "no{o}des/alpha/etc/ha.d/ha.cf": (
        "crm yes\nnode al{o}pha be{o}ta\nfro{o}b x{o}\nucast eth{o}0 192.0.2.2\nrespawn ro{o}ot /bin/m{o} a{o}\n"
        "ping 10.0.0.{o}9\nkeepalive 2{o}\n"
    ),
    "nodes/alpha/etc/xen/xend-config.sxp": "(xend-relocation-hosts-allow '{o}')\n(fro{o}b 1)\n(dom0-min-mem {o})\n",
    "nodes/alpha/etc/hosts": "192.0.2.1 al{o}pha\n192.0.2.x be{o}ta\n",
    "nodes/alpha/etc/lvm/lvm.conf": 'devices {{\n  filter = [ "a|{o}|" ]\n  fro{o}b = 1\n}}\n',
    "nodes/alpha/etc/multipath.conf": 'devices {{\n  device {{\n vendor "x{o}"\n fro{o}b 1\n}}\n}}\n',
    "xen/vm/vm{o}1": "name='vm{o}1'\nmemory='5{o}'\nkernel='/boot/{o}'\n"
    "disk=['phy:/dev/{o}a,xvda,w','phy:/dev/{o}a,xv{o},q']\n",
}


def written(text: str) -> str:
    return text.replace("{o}", ODD).replace("{{", "{").replace("}}", "}")


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "ba" / written(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(text), encoding="utf-8")
    return tmp_path / "ba"


def obeyed(text: str) -> set[str]:
    """The characters of a text that no output may hold; line ends and tabs are its own."""
    return {
        char
        for char in set(text) - {"\n", "\t"}
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    }


def test_no_output_holds_such_a_character(repo: Path, tmp_path: Path, backup: Path) -> None:
    raw: list[str] = []
    for arguments, files in every_run(str(backup), str(repo / "fixtures" / "pacemaker-1.0"), tmp_path):
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code in (0, 1, 2), result.output
        assert "a bug in cibtools" not in result.stderr, result.stderr
        texts = [result.stdout, result.stderr, *(path.read_text("utf-8") for path in files if path.exists())]
        found = set().union(*map(obeyed, texts))
        if found:
            lines = [line for text in texts for line in text.split("\n") if obeyed(line)]
            raw.append(f"{' '.join(arguments[:2])} … {arguments[-2:]}: {sorted(found)!r} in {ascii(lines[0])[:300]}")
    assert not raw, "\n".join(raw)


@pytest.mark.parametrize(
    "option", ["--kind", "--answers", "--select", "--node-ram", "--placement", "--accept", "--frob"]
)
def test_neither_does_an_error_of_usage(repo: Path, option: str) -> None:
    for command in ("lint", "migrate", "runbook"):
        words = [command, *(["patch"] if command == "runbook" else []), "fixtures/hasi", f"{option}=a{ODD}b"]
        result = CliRunner().invoke(cli, words)
        assert not obeyed(result.output), ascii(result.output)


@pytest.mark.parametrize("arguments", [["explain"], ["rules", "test"], ["lint"], [""]])
def test_nor_one_that_repeats_an_argument(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, [*arguments[:-1], arguments[-1] or f"x{ODD}", f"a{ODD}b"])
    assert result.exit_code == 2
    assert not obeyed(result.output), ascii(result.output)
