"""Convert to the stack of SLE HA 11: what ha.cf becomes, devices, domU files, what to do by hand.

No change of language here.
"""
