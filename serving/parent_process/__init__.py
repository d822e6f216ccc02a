"""The parent process: checks before the start, and instructions to its worker processes."""
