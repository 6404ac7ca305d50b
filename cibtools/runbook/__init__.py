"""Runbooks: a cluster becomes a plan that an operator can follow at night, as data without any layout."""
