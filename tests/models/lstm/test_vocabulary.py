import pytest

from models.lstm.vocabulary import UNKNOWN, encode, pad, split_words


def test_full_normalisation_leaves_lemmas_without_stop_words() -> None:
    assert split_words("The crew's @Someone wasn't LOVELY!", "full") == [
        "crew",
        "<user>",
        "not",
        "lovely",
        "!",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The seats were GREAT", ["the", "seats", "were", "great"]),
        ("@Someone look: https://x.example/y", ["<user>", "look", "<url>"]),
        ("I'm sure she\u2019ll come", ["i", "'m", "sure", "she", "'ll", "come"]),
        ("it isn't, I can't, we dont", ["it", "is", "not", "i", "can", "not", "we", "do", "not"]),
        ("why?! so late.....", ["why", "?", "!", "so", "late", "..."]),
        ("sooooo good :) :(", ["so", "good", "smile", "frown"]),
        ("#BestFlight ❤", ["best", "flight", "red", "heart"]),
        ("fish &amp; chips", ["fish", "chips"]),
        ("... ,;", ["..."]),
        ("", []),
    ],
)
def test_the_words_normalisation_keeps_stop_words_and_inflections(
    text: str, words: list[str]
) -> None:
    assert split_words(text, "words") == words


def test_words_are_encoded_as_their_rows_and_unknown_words_as_one_id() -> None:
    rows = {"crew": 2, "lovely": 3, "user": 4, "<url>": 5}
    assert encode(["<user>", "crew", "qwxz", "<url>"], rows, max_tokens=9) == [4, 2, UNKNOWN, 5]
    assert encode(["crew", "lovely", "crew"], rows, max_tokens=2) == [2, 3]


def test_a_tweet_without_words_is_one_unknown_word() -> None:
    assert encode([], {"crew": 2}, max_tokens=9) == [UNKNOWN]


def test_ids_are_padded_at_the_end() -> None:
    assert pad([[5], [2, 3, 4]]).tolist() == [[5, 0, 0], [2, 3, 4]]
