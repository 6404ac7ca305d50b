"""Compare two clusters by meaning. No output format here."""
