"""The formats of the change log, one module each: `render(views)` and `SUFFIX`. A new file here is a new format."""
