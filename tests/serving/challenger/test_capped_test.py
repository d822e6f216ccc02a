from serving.challenger.capped_test import PER_CLIENT, CappedTest


def test_only_the_first_verdicts_of_a_client_count() -> None:
    test = CappedTest()
    for client in ("one", None):
        for _ in range(PER_CLIENT + 5):
            test.add(client, challenger=True, wrong=True)
    assert test.counted == 2 * PER_CLIENT


def test_one_client_alone_makes_no_challenger_worse() -> None:
    test = CappedTest()
    for number in range(100):
        test.add("one", challenger=True, wrong=True)
        test.add(f"client {number}", challenger=False, wrong=False)
    assert test.decision == "continue"


def test_wrong_verdicts_of_many_clients_make_the_challenger_worse() -> None:
    test = CappedTest()
    for number in range(20):
        test.add(f"client {number}", challenger=True, wrong=True)
        test.add(f"client {number}", challenger=False, wrong=False)
    assert test.decision == "worse"
