"""Content words hold no order, no name of an account and no number."""

from serving.mentions.words import WordsOfText, content_words, frequent_words


def test_words_are_distinct_sorted_and_lower_case() -> None:
    assert content_words("Baggage LOST, baggage lost! #LostBags") == ("baggage", "lost", "lostbags")


def test_personal_data_is_no_word() -> None:
    text = (
        "@Ann_Smith mail ann@example.org or call +33 6 12 34 56 78, booking AB12CD, "
        "https://example.org/ann example.org/me"
    )
    assert content_words(text) == ("booking", "call", "mail")


def test_negations_stay_and_contracted_verbs_go() -> None:
    assert content_words("It\u2019s late and you don\u2019t care") == ("care", "don't", "late")


def test_emojis_are_words() -> None:
    assert content_words("late again \U0001f621\U0001f621") == ("again", "late", "\U0001f621")


def test_a_word_of_few_different_texts_is_not_shown() -> None:
    texts = [WordsOfText(f"{n}", "negative", frozenset({"strike", f"w{n}"})) for n in range(5)]
    repeated = [WordsOfText("9", "negative", frozenset({"retweeted"}))] * 20
    (word,) = frequent_words([*texts, *repeated], {}, most=10)
    assert (word.word, word.texts, word.negative) == ("strike", 5, 5)


def test_unusual_words_come_first() -> None:
    usual = [WordsOfText(f"u{n}", "positive", frozenset({"flight"})) for n in range(20)]
    new = [WordsOfText(f"n{n}", "negative", frozenset({"strike", "flight"})) for n in range(8)]
    words = frequent_words([*usual, *new], {"flight": 0.9}, most=2)
    assert [word.word for word in words] == ["strike", "flight"]
