"""Migration: a heartbeat-2.1 CIB goes in, a Pacemaker-1.0 CIB comes out, with a record of every change.

No rules of the linter.
"""
