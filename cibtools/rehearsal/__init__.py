"""A model of a cluster on which runbooks are rehearsed: nodes, resources, CIB, and stand-ins for every tool.

No process is started here, and nothing of a real cluster is touched; `cli` runs the shell.
"""
