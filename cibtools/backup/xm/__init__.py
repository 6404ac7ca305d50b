"""Read xm files (domU configurations, which are Python 2) without running them. No comparison of domUs here."""
