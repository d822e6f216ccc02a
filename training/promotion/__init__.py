"""Promotion of a run to champion: quantization, the gate, the model store."""
