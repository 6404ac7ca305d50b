"""Draw findings and rules. No finding is made or dropped here."""
