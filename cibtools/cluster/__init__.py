"""The cluster: one vocabulary for all CIB dialects and side files, and the facts that follow from it.

No reading of files, no printing.
"""
