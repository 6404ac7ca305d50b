"""The objects of a cluster and where they stand, built from XML. No derived facts here."""
