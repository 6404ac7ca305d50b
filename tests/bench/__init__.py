"""The benchmark: one table of commands and sizes against what others take for the same file."""
