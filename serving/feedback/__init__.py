"""Feedback: database, retention, removal of personal data, report of wrong predictions."""
