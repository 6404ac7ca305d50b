"""Names that a release does not know, no longer knows, or never knew."""
