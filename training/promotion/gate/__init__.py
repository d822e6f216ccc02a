"""The gate: named checks of a candidate against the champion, one module for each subject."""
