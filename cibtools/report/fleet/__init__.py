"""The overview of many clusters."""
