"""Take text files apart into lines, words, sections and lists, for all readers of side files.

No knowledge of one file format, but for the names of ha.cf directives that lose their blank.
"""
