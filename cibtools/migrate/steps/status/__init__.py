"""Steps on nodes and the status section. No configuration of resources here."""
