"""Many clusters at a glance, as values: verdicts, shared blockers, drift and waves. No formats here, no reading."""
