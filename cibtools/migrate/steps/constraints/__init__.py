"""Steps on orders, colocations, locations and whom they name. No rules inside them here."""
