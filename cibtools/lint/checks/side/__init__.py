"""Checks of the side files of nodes: what heartbeat, OCFS2, multipath and others make of them; no checks of a CIB."""
