"""Which parser reads which kind of side file; each is imported when the first file of its kind turns up.

A run on a CIB alone shall not pay for the parsers of a whole node's configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.kind import Kind

if TYPE_CHECKING:
    from cibtools.backup.crm_mon import CrmMon
    from cibtools.backup.evms import EvmsConf
    from cibtools.backup.hostcache import Hostcache
    from cibtools.backup.hosts import Hosts
    from cibtools.backup.logd import LogdCf
    from cibtools.backup.lvm import LvmConf
    from cibtools.backup.multipath import MultipathConf
    from cibtools.backup.ntp import NtpConf
    from cibtools.backup.o2cb import O2cb
    from cibtools.backup.ocfs2 import Ocfs2Config
    from cibtools.backup.source import Source
    from cibtools.backup.sysconfig import Sysconfig
    from cibtools.backup.xend import XendConfig

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
            from cibtools.backup.crm_mon import parse_crm_mon

            return parse_crm_mon(source)
        case Kind.EVMS:
            from cibtools.backup.evms import parse_evms

            return parse_evms(source)
        case Kind.HOSTCACHE:
            from cibtools.backup.hostcache import parse_hostcache

            return parse_hostcache(source)
        case Kind.HOSTS:
            from cibtools.backup.hosts import parse_hosts

            return parse_hosts(source)
        case Kind.LOGD:
            from cibtools.backup.logd import parse_logd

            return parse_logd(source)
        case Kind.LVM:
            from cibtools.backup.lvm import parse_lvm

            return parse_lvm(source)
        case Kind.MULTIPATH:
            from cibtools.backup.multipath import parse_multipath

            return parse_multipath(source)
        case Kind.NTP:
            from cibtools.backup.ntp import parse_ntp

            return parse_ntp(source)
        case Kind.O2CB:
            from cibtools.backup.o2cb import parse_o2cb

            return parse_o2cb(source)
        case Kind.OCFS2:
            from cibtools.backup.ocfs2 import parse_ocfs2

            return parse_ocfs2(source)
        case Kind.NTP_SYSCONFIG | Kind.SYSCONFIG:
            from cibtools.backup.sysconfig import parse_sysconfig

            return parse_sysconfig(source)
        case Kind.XEND:
            from cibtools.backup.xend import parse_xend

            return parse_xend(source)
        case _:
            return None
