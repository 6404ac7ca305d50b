"""Stand-ins for the tools that a runbook types, one module per family. No knowledge of one runbook here."""
