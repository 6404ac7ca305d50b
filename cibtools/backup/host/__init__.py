"""Read what a host is configured with besides the cluster: hosts, ntp, sysconfig, xend. No cluster files here."""
