"""What a plan works out: placement, memory, time, order, confirmed by the scheduler. No commands here."""
