"""Rehearse a runbook: real shells, stand-ins for the tools, and an operator who follows the plan. No model here."""
