from collections import Counter

from tests.training.feedback.stored import verdict
from training.feedback.caps import FeedbackOptions, cap_clients, cap_days, cap_share


def test_clients_take_turns_within_the_cap_of_a_day() -> None:
    flood = [verdict(f"flood {number}", client="flood") for number in range(50)]
    others = [verdict(f"honest {number}", client=f"c{number}") for number in range(8)]
    kept = cap_days([*flood, *others], 10)
    assert Counter(each.client == "flood" for each in kept) == {True: 2, False: 8}
    next_day = [verdict(f"next {number}", day=1) for number in range(12)]
    assert len(cap_days([*flood, *next_day], 10)) == 20


def test_no_client_gives_more_than_its_share_of_all_training_rows() -> None:
    verdicts = [verdict(f"flood {number}", client="flood") for number in range(90)]
    verdicts += [verdict(f"honest {number}", client=f"c{number % 9}") for number in range(18)]
    options = FeedbackOptions(weight=2, client_share=0.05)
    kept = cap_clients(verdicts, 1000, options)
    counts = Counter(each.client for each in kept)
    rows = 1000 + 2 * len(kept)
    assert 2 * counts["flood"] <= 0.05 * rows < 2 * (counts["flood"] + 1) + 0.1
    assert len(kept) - counts["flood"] == 18
    assert kept == verdicts[: counts["flood"]] + verdicts[90:]


def test_verdicts_without_a_client_count_as_one_client() -> None:
    verdicts = [verdict(f"text {number}", client=None) for number in range(90)]
    assert len(cap_clients(verdicts, 1000, FeedbackOptions(weight=1))) == 52


def test_feedback_is_at_most_its_share_of_all_training_rows() -> None:
    verdicts = [verdict(f"text {number}", client=f"c{number}") for number in range(300)]
    kept = cap_share(verdicts, 300, FeedbackOptions(weight=2, feedback_share=0.25))
    assert len(kept) == 50
    assert 2 * len(kept) <= 0.25 * (300 + 2 * len(kept))
