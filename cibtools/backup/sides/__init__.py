"""One declaration per kind of side file: its names, how it is recognised, what reads it. Parsers live elsewhere."""
