"""For another stack than heartbeat: its steps, what ha.cf becomes, devices and domU files, what to do by hand."""
