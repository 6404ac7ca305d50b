"""One folder for each kind of runbook. No kind imports another but through its public phases."""
