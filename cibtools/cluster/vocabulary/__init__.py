"""What the dialects, agents and plugins know: tables with their source. No cluster is looked at here."""
