"""What `lint` does besides finding: the baseline, and fixes."""
