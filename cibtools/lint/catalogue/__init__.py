"""Load rule files and fill in their messages. No rule is run here."""
