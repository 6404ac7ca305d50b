"""Runbooks: a cluster becomes a plan that an operator can follow at night, as data. No layout here."""
