"""What a migration gives back: changes, files, outlook, and the edits that record themselves.

No knowledge of one element.
"""
