"""What follows from a cluster: options in force, placement, fencing, ordering, domUs, disks, memory.

No messages here.
"""
