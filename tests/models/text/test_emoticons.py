import pytest

from models.text.normalization import normalize_full


@pytest.mark.parametrize("emoticon", [":)", ":-)", ":D", "=)", ";)", "xD", "<3", "(:"])
def test_happy_emoticons_become_smile(emoticon: str) -> None:
    assert normalize_full(f"landed {emoticon}") == "land smile"


@pytest.mark.parametrize("emoticon", [":(", ":-(", ":'(", ":/", "=(", "D:", "</3", "):"])
def test_sad_emoticons_become_frown(emoticon: str) -> None:
    assert normalize_full(f"landed {emoticon}") == "land frown"


def test_links_times_and_parentheses_are_no_emoticons() -> None:
    assert normalize_full("see https://x.example/:( at 8:30 (row 8)") == "see <url> 8 30 row 8"
