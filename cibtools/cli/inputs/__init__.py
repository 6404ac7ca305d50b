"""Open inputs and settings: files, configuration, catalogue, cache. No output here."""
