"""The keywords of multipath.conf as data, and what is wrong with others.

The list holds multipath-tools 0.4.7 and later releases alike: a keyword is unknown only if no release has it.
"""

from __future__ import annotations

KEYWORDS = frozenset((
    "alias", "bindings_file", "checker_timeout", "deferred_remove", "detect_prio", "dev_loss_tmo", "fast_io_fail_tmo",
    "failback", "features", "find_multipaths", "flush_on_last_del", "getuid_callout", "gid", "hardware_handler",
    "log_checker_err", "max_fds", "max_polling_interval", "mode", "multipath_dir", "multipath_tool", "no_path_retry",
    "path_checker", "path_grouping_policy", "path_selector", "pg_timeout", "polling_interval", "prio", "prio_args",
    "prio_callout", "prkeys_file", "product", "product_blacklist", "queue_without_daemon", "reassign_maps",
    "reservation_key", "retain_attached_hw_handler", "revision", "rr_min_io", "rr_min_io_rq", "rr_weight", "selector",
    "skip_kpartx", "udev_dir", "uid", "uid_attribute", "user_friendly_names", "vendor", "verbosity", "wwid",
    "wwids_file",
))  # fmt: skip
"""Keywords of defaults, multipath and device."""

OLD_KEYWORDS = {
    f"default_{name}": name
    for name in (
        "selector", "path_grouping_policy", "getuid_callout", "prio_callout", "features", "path_checker",
        "hardware_handler",
    )
}  # fmt: skip
"""Keywords of defaults as releases before 0.4.7 spell them, and their names since."""

BLACKLIST_KEYWORDS = frozenset(("devnode", "wwid", "property", "protocol", "vendor", "product"))
"""Keywords of blacklist and blacklist_exceptions; the last two stand in a device section there."""

SECTIONS = frozenset(("defaults", "blacklist", "devnode_blacklist", "blacklist_exceptions", "multipaths", "devices"))
OLD_SECTIONS = {"devnode_blacklist": "blacklist"}


def near_keyword(word: str) -> str | None:
    """The keyword that a wrong word is most like, if any is."""
    # Only a file with a mistake pays for this import.
    from difflib import get_close_matches

    return next(iter(get_close_matches(word[:40], sorted(KEYWORDS), 1, 0.8)), None)
