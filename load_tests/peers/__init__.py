"""Programs of the other servers, written like the examples of each server's documentation.

Each program serves the same model, with batching if the server has it. Each program runs in a
virtual environment of its own, and imports nothing from this project.
"""
