"""From what a finding wants changed to edits of bytes; nothing else in a file moves."""
