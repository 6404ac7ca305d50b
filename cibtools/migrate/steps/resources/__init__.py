"""Steps on what resources are: agents, children, clones, thresholds. No constraints here."""
