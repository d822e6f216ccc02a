"""Coordination of the workers of one server: shared counters and idle cores."""
