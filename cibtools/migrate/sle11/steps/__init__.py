"""Steps that only a conversion to another stack runs. No step that a plain migration needs."""
