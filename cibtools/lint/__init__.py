"""The linter: a catalogue of rules, the engine that runs them over a cluster, and the findings that come out.

No formats here.
"""
