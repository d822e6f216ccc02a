"""Commands of ``python -m training``, a file for each. They share ``options`` and ``output``.

A command reads its options and prints results. Other packages do the work. A command imports these
packages when it runs, so that ``--help`` stays fast.
"""
