"""Paths as text, so that two spellings of one path are the same."""

from __future__ import annotations

import posixpath


def clean(path: str) -> str:
    """A path without doubled slashes, `.`, `..` and a slash at the end; links are not followed."""
    cleaned = posixpath.normpath(path)
    # POSIX leaves two leading slashes alone; Linux takes them for one.
    return "/" + cleaned.lstrip("/") if cleaned.startswith("/") else cleaned
