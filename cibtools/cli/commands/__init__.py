"""One module per command. No command imports another but for shared rendering."""
