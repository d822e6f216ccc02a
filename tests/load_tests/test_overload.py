from load_tests.overload import period_row
from load_tests.traffic.open_loop import Answer


def test_a_period_tells_successes_refusals_and_other_codes_apart() -> None:
    answers = [
        *(Answer(0, 200, milliseconds / 1000, False) for milliseconds in (10, 20, 30)),
        Answer(0, 503, 0.001, True),
        Answer(0, 429, 0.001, False),
        Answer(0, 500, 9, False),
        Answer(0, 0, 9, False),
    ]
    assert period_row("overload", answers, seconds=2) == (
        *("overload", "4", "3", "20.0", "29.8", "2", "1.0", "2", "1"),
    )


def test_latencies_of_a_period_without_answers_are_empty() -> None:
    row = period_row("half, later", [], seconds=2)
    assert row == ("half, later", "0", "0", "", "", "0", "", "0", "0")
    row = period_row("overload", [Answer(0, 503, 0.001, True)], seconds=1)
    assert row == ("overload", "1", "0", "", "", "1", "1.0", "0", "0")
