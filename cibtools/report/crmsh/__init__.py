"""Write a CIB as `crm configure` text. No rewriting of the CIB here."""
