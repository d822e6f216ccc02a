"""The program that scores mentions from a broker or a pipe: ``python -m serving.stream``."""
