"""Tracking: runs and champions in MLflow, progress, work folders, proofs."""
