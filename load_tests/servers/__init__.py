"""Servers under load: start command, environment, process tree, and the weights that they share."""
