"""Upgrade to a later release: rolling, by detaching, by shutdown; and of the CIB in the running cluster."""
