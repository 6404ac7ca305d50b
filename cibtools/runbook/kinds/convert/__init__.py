"""Convert a SLES 10 cluster to SLE HA 11, in one outage or by halves."""
