"""A challenger beside the champion: in its shadow, or for a share of the clients."""
