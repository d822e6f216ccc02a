"""Consented feedback as training rows: reading, suspicion of labels, one row a text, caps."""
