"""Draw a cluster, for `show`. No derived fact is worked out here."""
