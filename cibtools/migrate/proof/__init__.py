"""The proof that a migrated cluster decides as before: situations, a restatement of the old one, and the verdict."""
