"""The formats of runbooks, one module each: `render(runbook)` and `SUFFIX`. A new file here is a new format."""
