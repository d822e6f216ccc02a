import itertools
from collections import Counter

from load_tests.traffic.tweets import traffic, tweets


def test_tweets_are_within_the_services_limits_and_shuffled_alike() -> None:
    assert all(1 <= len(text.strip()) <= 1000 for text in tweets())
    assert tweets() == tweets.__wrapped__()
    assert tweets() != tweets.__wrapped__(seed=8)


def test_a_fifth_of_the_traffic_repeats_popular_tweets() -> None:
    sent = list(itertools.islice(traffic(seed=3), 5000))
    popular = sum(count for _, count in Counter(sent).most_common(50))
    assert 0.18 <= popular / len(sent) <= 0.23


def test_each_seed_has_traffic_of_its_own() -> None:
    first, again, other = (list(itertools.islice(traffic(seed), 20)) for seed in (1, 1, 2))
    assert first == again != other
