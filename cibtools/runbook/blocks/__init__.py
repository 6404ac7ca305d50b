"""Parts of plans that several kinds share, and the draft they are written into. No kind is known here."""
