"""No output of any command shows a secret of the files that it read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import cli
from tests.cli.every_run import every_run, test_every_command_is_reviewed

__all__ = ["test_every_command_is_reviewed"]

CIB = """<cib have_quorum="true" num_peers="2"><configuration>
<crm_config><cluster_property_set id="opts"><attributes>
<nvpair id="o1" name="stonith_enabled" value="true"/><nvpair id="o2" name="admin_secret" value="S01ECRET"/>
</attributes></cluster_property_set></crm_config>
<nodes><node id="u1" uname="alpha" type="normal"/><node id="u2" uname="beta" type="normal"/></nodes>
<resources>
<!-- the iLO password: S02ECRET -->
<primitive id="fence" class="stonith" type="external/riloe"><operations>
<op id="fm" name="monitor" interval="60s" timeout="30s" description="login pin is S03ECRET"/></operations>
<instance_attributes id="fi"><attributes>
<nvpair id="f0" name="hostlist" value="alpha beta"/><nvpair id="f1" name="ilo_password" value="S04ECRET"/>
<nvpair id="f2" name="credentials" value="S05ECRET"/><nvpair id="f3" name="sbd_pin" value="S06ECRET"/>
<nvpair id="f4" name="cred" value="S07ECRET"/><nvpair id="f5" name="community" value="S08ECRET"/>
<nvpair id="f6-passwd" value="S09ECRET"/><nvpair id="f7" name="token" value="S10ECRET"/>
</attributes></instance_attributes></primitive>
<primitive id="web" class="ocf" provider="heartbeat" type="apache" description="root password is S11ECRET">
<instance_attributes id="wi"><attributes>
<nvpair id="w1" name="statusurl" value="http://admin:S12ECRET@localhost/server-status"/>
<nvpair id="w2" name="options" value="-u root -pS13ECRET --password S14ECRET --passwd=S15ECRET"/>
<nvpair id="w3" name="envfiles" value="ipmitool -U root -P S16ECRET"/>
<nvpair id="w3" name="configfile" value="password=S17ECRET"/>
<nvpair id="w4" name="passwd">S19ECRET</nvpair><nvpair id="w5" name="dbpass" value="S20ECRET"/>
</attributes></instance_attributes></primitive>
<primitive id="vm" class="ocf" provider="heartbeat" type="Xen"><instance_attributes id="vi"><attributes>
<nvpair id="v1" name="xmfile" value="/etc/xen/vm/vm1"/></attributes></instance_attributes></primitive>
</resources><constraints>
<rsc_order id="o" from="web" to="fence" password="S18ECRET"/>
</constraints></configuration><status/></cib>
"""
HA_CF = """crm yes
node alpha beta
keepalive 2
deadtime 3
ucast eth0 192.0.2.2
# the switch has the password S21ECRET
stonith external/riloe S22ECRET S23ECRET
stonith_host * external/ipmi 192.0.2.9 S24ECRET
respawn root /bin/mon --password S25ECRET
respawn root /bin/mon2 --password=S26ECRET -pS27ECRET http://u:S28ECRET@x
respawn hacluster /bin/mon3 S29ECRET
frobnicate pin=S30ECRET
"""
FILES = {
    "cib.xml": CIB,
    "nodes/alpha/etc/ha.d/ha.cf": HA_CF,
    "nodes/alpha/etc/ha.d/authkeys": "auth 1\n1 sha1 S31ECRET\n2 md5 S32ECRET\n3 frob S33ECRET\n",
    "nodes/alpha/etc/xen/xend-config.sxp": "(vnc-listen '0.0.0.0')\n(vncpasswd 'S34ECRET')\n",
    "nodes/alpha/etc/ntp.conf": "server 192.0.2.1\ncrypto pw S35ECRET\n",
    "xen/vm/vm1": (
        "name='vm1'\nmemory=512\nkernel='/boot/vmlinuz'\nextra='TERM=xterm root_password=S36ECRET'\n"
        "vfb=['type=vnc,vncpasswd=S37ECRET']\nvncpasswd='S38ECRET'\n# password is S39ECRET\n"
        "disk=['phy:/dev/a,xvda,w','phy:/dev/a,xvda,rw']\n"
    ),
}
PLANTED = [f"S{number:02d}ECRET" for number in range(1, 40)]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "b" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "b"


def test_no_output_shows_a_secret(repo: Path, tmp_path: Path, backup: Path) -> None:
    whole = "".join(FILES.values())
    assert [secret for secret in PLANTED if secret not in whole] == []
    shown: list[str] = []
    for arguments, files in every_run(str(backup), str(repo / "fixtures" / "pacemaker-1.0"), tmp_path):
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code in (0, 1, 2), result.output
        texts = [result.stdout, result.stderr, *(path.read_text("utf-8") for path in files if path.exists())]
        leaked = [secret for secret in PLANTED if any(secret in text for text in texts)]
        if leaked:
            shown.append(f"{' '.join(arguments[:2])} … {arguments[-2:]}: {', '.join(leaked)}")
    assert not shown, "\n".join(shown)


def test_the_cib_itself_keeps_them(tmp_path: Path, backup: Path) -> None:
    result = CliRunner().invoke(cli, ["migrate", str(backup), "--force"])
    assert "S04ECRET" in result.stdout
