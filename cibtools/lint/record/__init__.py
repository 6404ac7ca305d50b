"""What a run of the linter passes on: rules, findings, the run itself. No checking here."""
