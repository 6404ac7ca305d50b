"""Add a domU without endangering the others."""
