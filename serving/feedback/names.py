"""Names of people, as spaCy's entity recognition finds them in tweets."""

import re
from collections.abc import Sequence

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

# A pattern of airlines and other words of air travel, which spaCy takes for people.
NOT_PEOPLE = (
    r"(?i:air france|air paradis|alaska|american|baggage|british airways|cabin|captain|delta|"
    r"easyjet|emirates|flight|frontier|god|google|iberia|jet ?blue|klm|laguardia|logan|lufthansa|"
    r"mother nature|plane|qantas|ryanair|southwest|spirit|swiss|tarmac|twitter|united|us airways|"
    r"virgin(?: america| atlantic)?|vueling|wizz)\.?"
)
_NAME_WORD = r"[^\W\d_]+(?:['\u2019.-]+[^\W\d_]+)*\.?"
_NAME = re.compile(rf"{_NAME_WORD}(?:\s+{_NAME_WORD})*")
# Abbreviations are airports and Twitter's "RT" and "DM".
_NO_PERSON = re.compile(rf"{NOT_PEOPLE}|[A-Z]{{1,4}}")
# spaCy's model is English, and takes capitalised words of other languages for names. Its own lists
# of these words come with rules of French that load for more than a second.
_FOREIGN_WORDS = re.compile(
    r"(?i:bedankt|danke|gracias|grazie|merci|obrigad[ao]|thanks|au|aux|das|de|del|dem|den|der|des|"
    r"die|dos|du|e|ein|eine|el|en|et|gli|het|ich|il|ist|j'ai|je|la|las|le|les|lo|los|mein|meine|"
    r"mes|mich|mio|mon|nie|non|notre|nous|o|os|por|pour|que|qui|sie|son|sur|um|uma|un|"
    r"una|und|une|votre|vous|wir|y|zu)"
)


class NameRecognizer(SpacyRecognizer):
    """Names that spaCy's entity recognition finds, without its usual errors in tweets.

    A name begins with a capital letter, or belongs to a script without capitals. Abbreviations and
    airlines are no names.
    """

    def __init__(self) -> None:
        super().__init__(supported_entities=["PERSON"])

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """The names in ``text``, without signs and digits around them."""
        results = []
        for result in super().analyze(text, entities, nlp_artifacts):
            parts = list(_NAME.finditer(text, result.start, result.end))
            if not parts:
                continue
            longest = max(parts, key=lambda part: len(part[0]))
            result.start, result.end = _without_leading_foreign_words(text, *longest.span())
            name = text[result.start : result.end]
            if name and not name[0].islower() and not _NO_PERSON.fullmatch(name):
                results.append(result)
        return results


def _without_leading_foreign_words(text: str, start: int, end: int) -> tuple[int, int]:
    words = list(re.finditer(r"\S+", text[start:end]))
    while words and _FOREIGN_WORDS.fullmatch(words[0][0]):
        del words[0]
    return (start + words[0].start(), end) if words else (start, start)
