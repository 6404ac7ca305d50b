"""The draft that the steps rewrite: a copy of the input's CIB that remembers where each part came from.

No step lives here.
"""
