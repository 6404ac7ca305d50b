"""The cluster: one vocabulary for both CIB dialects and the side files, and the facts that follow from it."""
