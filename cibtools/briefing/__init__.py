"""The planning report as one value: what the other rooms found out about an upgrade, side by side. No formats here."""
