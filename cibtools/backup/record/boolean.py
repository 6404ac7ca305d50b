"""Words for yes and no: one table, by the program that reads them. What a program does not know is neither."""

from __future__ import annotations

from msgspec import Struct


class Words(Struct, frozen=True):
    """The words that one program takes for yes and for no."""

    true: frozenset[str]
    false: frozenset[str]
    exact: bool = False
    """True if upper and lower case are different words."""

    def read(self, text: str) -> bool | None:
        """True or False; None for a word that is neither."""
        word = text if self.exact else text.lower()
        return True if word in self.true else False if word in self.false else None


CLUSTER = Words(frozenset(("true", "on", "yes", "y", "1")), frozenset(("false", "off", "no", "n", "0")))
"""heartbeat's ha.cf and logd.cf, and both engines. Source: cl_str_to_boolean, crm_str_to_boolean."""
SCHEMA = Words(frozenset(("true", "1")), frozenset(("false", "0")), exact=True)
"""Attributes of a CIB with a schema. Source: XML Schema Part 2, boolean."""
SCRIPTS = Words(frozenset(("true", "yes", "1", "on")), frozenset(("false", "no", "0", "off", "")))
"""Files that scripts read, as SUSE's /etc/sysconfig; what is empty is no."""
EVMS = Words(frozenset(("yes", "true", "on", "1")), frozenset(("no", "false", "off", "0")))
"""evms.conf."""
XEND = Words(frozenset(("yes", "y", "1", "on", "true", "t")), frozenset(("no", "n", "0", "off", "false", "f")))
"""xend-config.sxp. Source: XendOptions.get_config_bool of Xen 3."""
MULTIPATH = Words(frozenset(("yes", "1")), frozenset(("no", "0")))
"""multipath.conf: `user_friendly_names`."""
