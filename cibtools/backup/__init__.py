"""Reading: bytes of any backup go in, parsed documents with source positions come out; no opinions."""
