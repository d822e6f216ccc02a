from models.examples import NEGATIVE, POSITIVE
from tests.training.feedback.stored import verdict
from training.feedback.settlement import settle
from training.feedback.verdicts import KEEP


def test_equal_texts_become_one_row() -> None:
    first = verdict("Late again!", client="anna")
    settled, repetitions, contradictions = settle([first, verdict("LATE again !", client="ben")])
    assert settled == [first]
    assert (repetitions, contradictions) == (1, 0)


def test_the_majority_of_clients_settles_a_contradiction() -> None:
    verdicts = [
        verdict("late", POSITIVE, client="anna"),
        verdict("late", POSITIVE, client="anna"),
        verdict("late", NEGATIVE, client="ben"),
        verdict("late", NEGATIVE, client="cleo"),
    ]
    settled, repetitions, contradictions = settle(verdicts)
    assert [(each.label, each.client) for each in settled] == [(NEGATIVE, "ben")]
    assert (repetitions, contradictions) == (1, 2)


def test_a_tie_leaves_the_text_out() -> None:
    verdicts = [verdict("late", POSITIVE, client="anna"), verdict("late", client="ben")]
    assert settle(verdicts) == ([], 0, 2)


def test_the_newest_vote_of_a_client_counts() -> None:
    verdicts = [verdict("late", POSITIVE), verdict("late", NEGATIVE)]
    settled, *_ = settle(verdicts)
    assert [each.label for each in settled] == [NEGATIVE]


def test_a_label_that_a_person_keeps_decides_alone() -> None:
    kept = verdict("late", POSITIVE, client="anna", suspicion=0.9, review=KEEP)
    others = [verdict("late", NEGATIVE, client=client) for client in ("ben", "cleo")]
    assert settle([*others, kept])[0] == [kept]
