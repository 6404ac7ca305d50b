"""The formats of findings, one module each: `render(run, options)` and `SUFFIX`. A new file here is a new format."""
