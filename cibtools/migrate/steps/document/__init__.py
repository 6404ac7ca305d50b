"""Steps on the document as a whole: root, wrappers, attribute sets, ids. No meaning of options here."""
