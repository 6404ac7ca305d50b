"""Tell what kind of file this is, by its content first. No parsing here."""
