"""Check functions, one module per family: what a rule file cannot say with an XPath. No output here."""
