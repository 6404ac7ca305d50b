"""Everything that must hold before the first change. No change here."""
