"""The formats of a picture, one module each: `render(picture)` and `SUFFIX`; a new file is one."""
