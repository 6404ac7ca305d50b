"""Draw the planning report. Nothing is decided here."""
