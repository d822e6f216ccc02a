"""Reliability: figures of the champions on rated and foreign texts, their tables and pictures."""
