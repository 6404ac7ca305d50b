"""What every reader passes on: sources and places, three-valued facts, problems, kinds, secrets. No parsing here."""
