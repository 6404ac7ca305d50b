"""Draw change logs and proofs. No change is made here."""
