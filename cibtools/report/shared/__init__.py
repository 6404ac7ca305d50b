"""What all reports share: printable text, styles, source frames, pages, JSON. No result type of one command."""
