"""Steps on operations and their sets. No other attributes of resources here."""
