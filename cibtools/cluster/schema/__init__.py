"""Judge a CIB by the schema of its dialect, and explain rejections. No rules of the linter here."""
