"""Read the configuration of storage: EVMS, LVM, multipath, OCFS2, o2cb. No derived devices here."""
