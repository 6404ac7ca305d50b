"""What a plan knows: the cluster surveyed, parameters of the house, versions. No estimate and no step here."""
