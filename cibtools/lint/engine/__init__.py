"""Run the rules over clusters: one walk, precedence, folding, suppression. No knowledge of a single rule."""
