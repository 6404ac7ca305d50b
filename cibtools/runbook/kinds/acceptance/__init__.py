"""Test what a cluster must survive, from harmless to destructive."""
