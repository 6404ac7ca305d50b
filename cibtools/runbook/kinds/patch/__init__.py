"""Rolling patch: node by node, with a way back until the last."""
