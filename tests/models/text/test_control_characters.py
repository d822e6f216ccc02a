import pytest

from models.text.normalization import normalize_light


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\x00two\x07three", "one two three"),
        ("\t one \r\n\n two\u00a0 ", "one two"),
        ("zero\u200bwidth \ufeffmark \u202eleft", "zerowidth mark left"),
        ("private\ue000use", "private use"),
        ("lone\ud800surrogate", "lone surrogate"),
        ("joi\u200dner @na\u200d\u200dme", "joiner <user>"),
        ("@\u200dname @\U000e0061\U000e0062name", "<user> <user>"),
    ],
)
def test_control_and_format_characters_are_replaced_or_deleted(text: str, expected: str) -> None:
    assert normalize_light(text) == expected
