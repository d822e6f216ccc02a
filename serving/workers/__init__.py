"""Matters between the workers of one server: shared counters, cores, connections."""
