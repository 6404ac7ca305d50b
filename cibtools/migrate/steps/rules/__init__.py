"""Steps on rules, expressions, dates and lifetimes. No constraints as such."""
