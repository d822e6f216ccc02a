"""Whether a model's answers can be believed: on other sources, other splits and hard cases."""
