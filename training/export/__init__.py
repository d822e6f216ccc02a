"""Export of a champion into a folder that runs without this project."""
