"""A training on record: runs in MLflow, progress, the work folder with checkpoints, the proof."""
