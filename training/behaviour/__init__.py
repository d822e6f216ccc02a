"""Behaviour: invented cases, a model's rates on them, the floors that it must reach."""
