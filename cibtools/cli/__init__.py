"""The command line: open files, call the core, render, exit. No logic here."""
