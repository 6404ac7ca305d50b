"""The formats of differences, one module each: `render(found, old, new, color)` and `SUFFIX`; a new file is one."""
