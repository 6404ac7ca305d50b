"""The formats of a cluster's tree, one module each: `render(views, color)` and `SUFFIX`; a new file is a format."""
