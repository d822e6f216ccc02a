"""Promotion of a run to champion: the gate, 8-bit quantisation, the registry and the store."""
