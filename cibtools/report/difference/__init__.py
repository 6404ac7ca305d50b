"""Draw the differences of two clusters. No comparison here."""
