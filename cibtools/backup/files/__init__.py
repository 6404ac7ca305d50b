"""Open what the user names: files, directories, archives, standard input, within limits.

No look at what files mean.
"""
