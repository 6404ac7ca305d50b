"""Which parser reads which kind of side file; each is imported when the first file of its kind turns up.

A run on a CIB alone shall not pay for the parsers of a whole node's configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind

if TYPE_CHECKING:
    from cibtools.backup.heartbeat.crm_mon import CrmMon
    from cibtools.backup.heartbeat.hostcache import Hostcache
    from cibtools.backup.heartbeat.logd import LogdCf
    from cibtools.backup.host.hosts import Hosts
    from cibtools.backup.host.ntp import NtpConf
    from cibtools.backup.host.sysconfig import Sysconfig
    from cibtools.backup.host.xend import XendConfig
    from cibtools.backup.record.source import Source
    from cibtools.backup.storage.evms import EvmsConf
    from cibtools.backup.storage.lvm import LvmConf
    from cibtools.backup.storage.multipath import MultipathConf
    from cibtools.backup.storage.o2cb import O2cb
    from cibtools.backup.storage.ocfs2 import Ocfs2Config

    SideFile = (
        CrmMon
        | EvmsConf
        | Hostcache
        | Hosts
        | LogdCf
        | LvmConf
        | MultipathConf
        | NtpConf
        | O2cb
        | Ocfs2Config
        | Sysconfig
        | XendConfig
    )


def parse_side_file(kind: Kind, source: Source) -> SideFile | None:
    """Read a file of a kind that has a parser of its own; None for every other kind."""
    match kind:
        case Kind.CRM_MON:
            from cibtools.backup.heartbeat.crm_mon import parse_crm_mon

            return parse_crm_mon(source)
        case Kind.EVMS:
            from cibtools.backup.storage.evms import parse_evms

            return parse_evms(source)
        case Kind.HOSTCACHE:
            from cibtools.backup.heartbeat.hostcache import parse_hostcache

            return parse_hostcache(source)
        case Kind.HOSTS:
            from cibtools.backup.host.hosts import parse_hosts

            return parse_hosts(source)
        case Kind.LOGD:
            from cibtools.backup.heartbeat.logd import parse_logd

            return parse_logd(source)
        case Kind.LVM:
            from cibtools.backup.storage.lvm import parse_lvm

            return parse_lvm(source)
        case Kind.MULTIPATH:
            from cibtools.backup.storage.multipath import parse_multipath

            return parse_multipath(source)
        case Kind.NTP:
            from cibtools.backup.host.ntp import parse_ntp

            return parse_ntp(source)
        case Kind.O2CB:
            from cibtools.backup.storage.o2cb import parse_o2cb

            return parse_o2cb(source)
        case Kind.OCFS2:
            from cibtools.backup.storage.ocfs2 import parse_ocfs2

            return parse_ocfs2(source)
        case Kind.NTP_SYSCONFIG | Kind.SYSCONFIG:
            from cibtools.backup.host.sysconfig import parse_sysconfig

            return parse_sysconfig(source)
        case Kind.XEND:
            from cibtools.backup.host.xend import parse_xend

            return parse_xend(source)
        case _:
            return None
