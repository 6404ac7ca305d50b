"""What people get wrong with the Pacemaker of today."""
