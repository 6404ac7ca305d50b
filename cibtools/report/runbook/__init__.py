"""Draw runbooks. No planning here."""
