"""Choose the method of an upgrade, with reasons and refusals. No steps here."""
