"""The steps of the migration, one module per concern; `cibtools.migrate.pipeline` puts them in order."""
