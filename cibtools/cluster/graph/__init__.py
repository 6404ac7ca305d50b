"""The picture of a cluster as vertices and ties: what `graph` draws, without any drawing."""
