"""The formats of a cluster's tree, one module each: `render(views, color, errors)` and `SUFFIX`; a new file is one."""
