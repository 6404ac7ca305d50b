"""Read backups: bytes of any backup go in, parsed documents with source positions come out. No opinions here."""
