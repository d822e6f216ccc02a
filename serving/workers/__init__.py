"""Coordination of the workers of one server: shared counts, idle cores, watches and draining."""
