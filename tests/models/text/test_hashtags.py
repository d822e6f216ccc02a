import pytest

from models.text.hashtags import split_hashtags


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("#BestFlightEver", "Best Flight Ever"),
        ("#bestflight", "best flight"),
        ("#lost_bags", "lost bags"),
        ("#NYCtoLA", "NY Cto LA"),
        ("#A380", "A380"),
        ("#zzyzxq", "zzyzxq"),
    ],
)
def test_hashtags_are_split_into_words(tag: str, expected: str) -> None:
    assert split_hashtags(tag) == expected


def test_a_text_of_hashtags_alone_costs_ten_segmentations() -> None:
    assert (
        split_hashtags("#bestflight " * 12).split() == ["best", "flight"] * 10 + ["bestflight"] * 2
    )
