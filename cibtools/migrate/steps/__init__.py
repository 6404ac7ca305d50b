"""The steps of the migration, one folder per part of the CIB; `cibtools.migrate.pipeline` puts them in order.

No step of another stack.
"""
