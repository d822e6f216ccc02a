"""Commands of ``python -m training``, a file for each, with their arguments and tables.

A command reads its options and prints; other packages do the work. It imports them when it runs, so
that ``--help`` stays fast.
"""
