"""The formats of the overview of a fleet, one module each: `render(fleet)` and `SUFFIX`; a new file is one."""
