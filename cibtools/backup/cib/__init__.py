"""Read CIB XML: harden, repair, find positions, tell the dialect. No model of a cluster here."""
