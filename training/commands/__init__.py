"""Commands of ``python -m training``, one file a command, with their arguments and tables.

A command reads options and prints; the work is done by the other packages.
"""
