import pytest

from serving.feedback.privacy import scrub


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("ask @jane_doe about it", "jane_doe"),
        ("see https://example.org/me?id=7 please", "example.org"),
        ("www.example.org/private has it", "private"),
        ("mail jane.doe+air@example.co.uk now", "jane"),
        ("call +33 6 12 34 56 78 today", "34 56"),
        ("call (415) 555-2671 today", "2671"),
        ("call 06 12 34 56 78 today", "12 34"),
        ("my card 4111 1111 1111 1111 was charged", "1111"),
        ("call 0151 23456789 today", "2345"),
        ("call 555-2671 today", "2671"),
        ("call 98765 43210 today", "432"),
        ("see bit.ly/abc now", "bit.ly"),
        ("see example.org/me now", "example"),
        ("ask \uff20jane_doe", "jane"),
        ("mail jane@localhost", "jane"),
        ("ask @\u200bjane and ht\u200btps://x.example/private", "private"),
        ("ask @one@jane", "jane"),
        ("escaped jane&#64;example.org too", "jane"),
    ],
)
def test_what_names_a_person_is_scrubbed(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in scrub(text)


@pytest.mark.parametrize(
    "text", ["Flight 2671 left at 10:45, gate 12", "3 hours late, 2 bags lost"]
)
def test_texts_without_personal_data_are_unchanged(text: str) -> None:
    assert scrub(text) == text
