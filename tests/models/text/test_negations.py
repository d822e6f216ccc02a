import pytest

from models.text.normalization import normalize_full


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I didn't like it", "not like"),
        ("I can\u2019t complain", "not complain"),
        ("I cannot sleep here", "not sleep here"),
        ("They WON'T help", "not help"),
        ("We shan't return", "shall not return"),
        ("It isn't bad", "not bad"),
        ("I didnt like it, dont ask", "not like not ask"),
        ("I want to go, we went", "want go go"),
        ("nothing was good, never, no", "nothing good never no"),
    ],
)
def test_contracted_negations_are_expanded_and_kept(text: str, expected: str) -> None:
    assert normalize_full(text) == expected
