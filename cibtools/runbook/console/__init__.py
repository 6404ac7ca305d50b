"""The cluster's tools and the shell, in the spelling of each release. No plan is known here."""
