"""Frequent English words that carry no opinion."""

# Left out on purpose: negations ("not", "no", "never", "nothing"), contrast ("but",
# "although") and degree ("very", "too", "so", "only").
STOP_WORDS = frozenset(
    [
        "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "being", "by",
        "can", "could", "did", "do", "does", "doing", "during", "for", "from", "had", "has", "have",
        "having", "he", "her", "hers", "herself", "him", "himself", "his", "how", "i", "if", "in",
        "into", "is", "it", "its", "itself", "let", "me", "my", "myself", "of", "off", "on", "or",
        "our", "ours", "ourselves", "out", "over", "own", "rt", "she", "should", "some", "such",
        "than", "that", "the", "their", "theirs", "them", "themselves", "then", "there", "these",
        "they", "this", "those", "through", "to", "under", "until", "us", "was", "we", "were",
        "what", "when", "where", "which", "while", "who", "whom", "why", "will", "with", "would",
        "you", "your", "yours", "yourself", "yourselves",
    ]
)  # fmt: skip
