"""Recognizers of presidio-analyzer for data that names a person, beyond ``privacy``'s patterns.

presidio-analyzer recognises IBANs by pattern and checksum. Its documentation describes custom
recognizers: https://microsoft.github.io/presidio/analyzer/adding_recognizers/
"""

import re

from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer
from presidio_analyzer.predefined_recognizers import IbanRecognizer

from serving.feedback.names import NOT_PEOPLE, NameRecognizer

# presidio compiles patterns with the package regex: a lookbehind may have any length. "(?i:…)"
# ignores the case of the words of context alone.
_PASSPORT = r"(?i:passport|passeport|pasaporte|passaporto|passaporte|paspoort|reisepass)"
# Letters and digits, two digits at least, and no flight number.
_DOCUMENT = r"\b(?![A-Za-z]{2}\d{1,4}\b)(?=(?:[A-Za-z]*\d){2})[A-Za-z\d]{6,10}\b"
_BOOKING = (
    r"\b(?i:pnr|booking|reservation|confirmation|locator|réservation|dossier|buchung\p{L}*|"
    r"reserva|localizador|prenotazione)\b"
)
_NUMBER_WORDS = r"(?i:\W{1,3}(?:reference|ref|code|number|numéro|no|nr|id|is|n°))*\W{1,3}"
_BOOKING_CODE = r"\b(?=[A-Za-z]*\d)(?:[A-Z\d]{6}|[a-z\d]{6})\b"
_WORD = r"\p{L}[\p{L}'\u2019-]+"
_CAPITAL = r"\p{Lu}[\p{L}'\u2019-]+"
_TITLE = (
    r"\b(?i:mrs?|ms|miss|mx|dr|prof|captain|capt|sir|madam|mme|mlle|monsieur|madame|mademoiselle|"
    r"herr|frau|señora?|sra?|signora?)\b\.?\s+"
)
_INTRODUCTION = (
    r"\b(?i:my (?:full |last |first )?name(?:'s| is)|i am called|je m'appelle|mon nom est|"
    r"ich heiße|mein name ist|me llamo|mi nombre es|mi chiamo|meu nome é)\s+"
)
# spaCy's model is English. Thanks in other languages need a pattern.
_THANKS = r"\b(?i:merci(?: à)?|danke(?: an)?|gracias(?: a)?|grazie(?: a)?|obrigad[oa](?: a)?)\s+"
_RUE = r"(?i:rue|avenue|boulevard|place|allée|chemin|impasse)"
_STREET = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Boulevard|Blvd|Square|Court|Terrace|Close)"
)

# "my name is on the list", "Merci Air France"
_NO_NAME = (
    r"(?!(?i:a|an|and|are|as|at|but|for|from|i|in|is|missing|misspell?ed|my|not|nowhere|of|on|or|"
    rf"spell?ed|still|the|to|und|et|y|e|was|with|wrong|wrongly|you|your|{NOT_PEOPLE})\b)"
)

_PATTERNS = {
    "PASSPORT": [
        rf"(?<={_PASSPORT}[^\n!?]{{1,30}}){_DOCUMENT}",
        rf"{_DOCUMENT}(?=[^\n!?]{{1,12}}\b{_PASSPORT})",
    ],
    "BOOKING": [rf"(?<={_BOOKING}{_NUMBER_WORDS}){_BOOKING_CODE}"],
    "ADDRESS": [
        rf"\b\d{{1,5}}[a-z]?(?: {_CAPITAL}){{1,3}} {_STREET}\b",
        rf"\b\d{{1,5}},? {_RUE} (?:\p{{Ll}}\S* ){{0,2}}{_CAPITAL}",
        r"\b\p{Lu}\p{L}*(?:straße|strasse|str\.|weg|platz|allee) \d{1,4}\b",
        rf"\b(?:Calle|Avenida|Plaza|Via|Viale|Piazza|Rua)(?: {_WORD}){{1,4}},? \d{{1,4}}\b",
    ],
    "PERSON": [
        rf"(?<={_TITLE}){_CAPITAL}(?: {_CAPITAL}){{0,2}}",
        rf"(?<={_INTRODUCTION}){_NO_NAME}{_WORD}(?: {_NO_NAME}{_WORD}){{0,2}}",
        rf"(?<={_THANKS}){_NO_NAME}{_CAPITAL}(?: {_CAPITAL}){{0,2}}",
    ],
}
# presidio's own pattern takes the word after an IBAN for its end. There is one pattern for each
# length of ISO 13616. The country and the checksum decide between the patterns.
_IBANS = [
    Pattern(
        f"IBAN of {length}",
        rf"(?<![A-Z\d])([A-Z]{{2}}\d{{2}}(?:[ -]?[A-Z\d]){{{length - 4}}})(?![A-Z\d])",
        0.5,
    )
    for length in range(15, 35)
]


def create_recognizers() -> list[EntityRecognizer]:
    """The recognizers, whose entities are keys of ``privacy``'s masks."""
    return [
        NameRecognizer(),
        IbanRecognizer(_IBANS, regex_flags=re.IGNORECASE),  # type: ignore[arg-type]
        *(
            PatternRecognizer(
                entity,
                name=f"{entity.capitalize()}Recognizer",
                patterns=[Pattern(f"{entity} {n}", regex, 0.8) for n, regex in enumerate(regexes)],
                global_regex_flags=0,
            )
            for entity, regexes in _PATTERNS.items()
        ),
    ]
