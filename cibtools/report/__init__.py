"""What was found out, in one format per module: pure functions from results to text."""
