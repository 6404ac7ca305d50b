"""Prove that a migrated cluster decides as before: situations, a restatement of the old one, the verdict.

No step is used to restate.
"""
