"""Steps on cluster options and options of resources. No structure of resources here."""
