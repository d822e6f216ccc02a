import pytest

from deploy.retraining.quotations import quotes

TWEET = "The crew of my flight to Oslo was so kind, thank you!"


@pytest.mark.parametrize(
    "public",
    [
        f"row 3: {TWEET}",
        "| THE CREW OF MY FLIGHT TO | 0.3 |",
        "… flight\nto Oslo\nwas so kind …",
    ],
)
def test_six_words_in_a_row_are_a_quotation(public: str) -> None:
    assert quotes(public, ["another text", TWEET])


@pytest.mark.parametrize("public", ["", "the crew of my flight", "kind thank you Oslo crew flight"])
def test_other_words_are_no_quotation(public: str) -> None:
    assert not quotes(public, [TWEET])


def test_a_whole_text_of_four_words_is_a_quotation_and_a_shorter_text_is_not() -> None:
    assert quotes("the label of never with them again is", ["Never with them again!"])
    assert not quotes("the label of never with them again is", ["never with them"])
    assert not quotes("", ["never with them again", ""])
