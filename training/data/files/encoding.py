"""The encoding of a text file: byte order mark, then UTF-8, then Windows-1252 or Latin-1."""

import codecs
from dataclasses import dataclass
from typing import IO

from training.errors import DataError

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# Bytes without a character in Windows-1252.
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"
_CONTROLS = bytes([*range(9), *range(14, 32)])
# Least share of a text file's bytes that are no control characters.
_LEAST_TEXT = 0.95
# Valid sequences for each invalid byte, above which a file counts as damaged UTF-8. Text in a
# one-byte encoding hardly ever holds a valid sequence.
_DAMAGED = 4


@dataclass(frozen=True)
class Encoding:
    """A codec, its name for people, and the codec's error handler.

    The handler "surrogateescape" marks damaged UTF-8: each invalid byte becomes a lone surrogate.
    """

    codec: str
    name: str
    errors: str = "strict"

    @property
    def is_damaged(self) -> bool:
        return self.errors == "surrogateescape"


LATIN_1 = Encoding("latin-1", "Latin-1")
PIPED = Encoding("utf-8-sig", "UTF-8", "surrogateescape")
"""The encoding of a pipe, which can be read only once. Rows with other bytes are bad."""
_UTF_8 = Encoding("utf-8", "UTF-8")
_MARKED_UTF_8 = Encoding("utf-8-sig", "UTF-8 with byte order mark")
_WINDOWS = Encoding("cp1252", "Windows-1252")


def detect_encoding(file: IO[bytes]) -> Encoding:
    """The encoding of a file's bytes, all of which are read.

    Raises ``DataError`` for UTF-16 without a byte order mark, and for bytes that are no text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    valid = invalid = 0
    undefined = False
    first = file.read(_CHUNK)
    for mark, codec, name in _MARKS:
        if first.startswith(mark):
            return Encoding(codec, name)
    if len(first.translate(None, _CONTROLS)) < _LEAST_TEXT * len(first):
        raise DataError(
            "no text, or UTF-16 without a byte order mark: unpack the file, or save it as UTF-8"
        )
    chunk = first
    while chunk:
        if not chunk.isascii() or decoder.getstate()[0]:
            text = decoder.decode(chunk)
            # The codecs count characters a hundred times as fast as a loop.
            escaped = len(text) - len(text.encode("utf-8", "ignore").decode())
            invalid += escaped
            valid += len(text) - len(text.encode("ascii", "ignore")) - escaped
            undefined = undefined or any(byte in chunk for byte in _UNDEFINED)
        chunk = file.read(_CHUNK)
    invalid += len(decoder.decode(b"", final=True))
    encoding = _MARKED_UTF_8 if first.startswith(codecs.BOM_UTF8) else _UTF_8
    if not invalid:
        return encoding
    if encoding is _MARKED_UTF_8 or valid > _DAMAGED * invalid:
        return Encoding(encoding.codec, f"{encoding.name}, damaged", "surrogateescape")
    return LATIN_1 if undefined else _WINDOWS


def has_lone_surrogate(text: str) -> bool:
    """Whether the text cannot be encoded: it holds an invalid byte or half an emoji."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
