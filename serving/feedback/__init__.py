"""Feedback: its database, retention, scrubbing of texts, the report of wrong predictions."""
