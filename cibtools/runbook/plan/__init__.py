"""The runbook as data: phases, steps, gates, statements, the closed lists of words. No planning here."""
