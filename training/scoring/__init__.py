"""Bulk scoring: the answers to the rows of files.

``score_files`` reads rows, has an ``Engine`` score the texts, and writes the rows with their
answers.
"""
