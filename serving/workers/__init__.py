"""Coordination of the workers of one server: shared counts and idle cores."""
