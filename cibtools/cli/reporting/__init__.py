"""What `report` needs of all rooms, found out in their order."""
