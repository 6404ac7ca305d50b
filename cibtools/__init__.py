"""Lint, explain and migrate Linux-HA cluster configurations."""

__version__ = "0.1.0"
