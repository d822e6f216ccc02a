"""Promotion of a run to champion: quantisation, the gate, the model store."""
