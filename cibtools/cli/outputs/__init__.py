"""Write results: files, atomically; what the terminal is. No input here."""
