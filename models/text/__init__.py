"""Texts of tweets: normalisation, language, emptiness.

Every module works on strings. Tokenizers belong to their family.
"""
