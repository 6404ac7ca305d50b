"""Draw the picture of a cluster, for `graph` and the report."""
