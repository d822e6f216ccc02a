from collections.abc import Callable

from serving.challenger.client_split import ClientSplit
from serving.prediction_ids import PredictionTokens

CLIENTS = [f"address 203.0.113.{number}" for number in range(256)]


def answered(split: ClientSplit) -> set[str]:
    """The clients whom the challenger answers."""
    return {client for client in CLIENTS if split.answers(client)}


def test_a_client_keeps_its_model_over_a_restart_and_in_another_replica(
    new_split: Callable[..., ClientSplit],
) -> None:
    before, after = new_split(), new_split()
    before.enabled = after.enabled = True
    assert answered(before) == answered(after)
    assert 100 < len(answered(before)) < 156


def test_a_higher_share_keeps_the_earlier_clients(new_split: Callable[..., ClientSplit]) -> None:
    small, large = new_split(10), new_split(40)
    small.enabled = large.enabled = True
    assert 10 < len(answered(small)) < 45
    assert answered(small) < answered(large)


def test_the_challenger_answers_nobody_before_the_split_is_enabled(
    new_split: Callable[..., ClientSplit],
) -> None:
    assert answered(new_split()) == set()


def test_positions_differ_between_families_and_between_secrets() -> None:
    tokens, others = PredictionTokens("secret", 3600), PredictionTokens("another", 3600)
    for compared in (
        [
            (tokens.position("split baseline", client), tokens.position("split lstm", client))
            for client in CLIENTS
        ],
        [
            (tokens.position("split baseline", client), others.position("split baseline", client))
            for client in CLIENTS
        ],
    ):
        assert 40 < sum(max(pair) < 0.5 for pair in compared) < 90
