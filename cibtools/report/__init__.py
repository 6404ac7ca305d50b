"""Draw results, one format per module: pure functions from results to text. No decisions here."""
