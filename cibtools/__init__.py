"""Lint and migrate Linux-HA cluster configurations, and plan their upgrades."""

__version__ = "0.1.0"
