"""Text of tweets before any model reads it: normalisation, language, emojis, look-alike letters.

Everything here is a function of strings. Tokenizers belong to the family that they serve.
"""
