"""The files that a node has from the installation of its system, before anybody has changed one."""

from __future__ import annotations

from collections.abc import Iterator

Files = Iterator[tuple[str, bytes]]


def old_system(node: str, names: str, *, openais: bool) -> Files:
    """Yield what SLES 10 has, with a cluster that was set up on it; the files of the backup come after it."""
    yield "etc/xen/xend-config.sxp", b"(xend-relocation-server yes)\n"
    yield "etc/hosts", names.encode()
    yield ("etc/ais/authkey" if openais else "etc/ha.d/authkeys"), b"auth 1\n"
    if openais:
        yield "etc/ais/openais.conf", b"totem {\n}\n"
    yield "etc/ntp.conf", b"server 10.0.0.1\n"
    yield "etc/multipath.conf", b"defaults {\n}\n"
    yield "etc/ssh/ssh_host_rsa_key", f"key of {node}\n".encode()
    yield "root/.ssh/known_hosts", names.encode()
    yield "dev/mapper/lun0", b""


def new_system(node: str, names: str) -> Files:
    """Yield what a fresh SLES 11 with the HA extension has: names as before, the rest as it is delivered."""
    yield "etc/hosts", names.encode()
    yield "etc/xen/xend-config.sxp", b"(xend-relocation-server no)\n"
    yield "etc/ntp.conf", b"server 127.127.1.0\n"
    yield "etc/lvm/lvm.conf", b'devices {\n    filter = [ "a/.*/" ]\n}\nglobal {\n    locking_type = 1\n}\n'
    yield "etc/ais/openais.conf", b"totem {\n\tinterface {\n\t\tringnumber: 0\n\t}\n}\n"
    yield "etc/ssh/ssh_host_rsa_key", f"new key of {node}\n".encode()
    yield "etc/xen/vm/.keep", b""
    yield "root/.bashrc", b""
    yield "dev/mapper/lun0", b""
    yield "var/lib/heartbeat/crm/.keep", b""
