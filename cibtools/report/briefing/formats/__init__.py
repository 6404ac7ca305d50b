"""The formats of the planning report, one module each: `render(briefing)` and `SUFFIX`; a new file is a new format."""
