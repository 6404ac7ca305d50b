"""What surrounds the phases of every runbook, and what a kind of runbook declares. No kind is known here."""
