"""Lint and explain Linux-HA cluster configurations."""

__version__ = "0.1.0"
