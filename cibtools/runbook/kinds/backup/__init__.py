"""Save a cluster's configuration so that it can be read, checked and put back."""
