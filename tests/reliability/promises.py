"""What the service promises, and the test that shows each promise."""

from dataclasses import dataclass
from typing import Literal

Subject = Literal["availability", "latency", "durability", "limits", "privacy"]


@dataclass(frozen=True)
class Promise:
    """A sentence about the service. ``test`` is the id of a test function."""

    subject: Subject
    sentence: str
    test: str


PROMISES = (
    Promise(
        "availability",
        "1,500 valid and invalid requests, made from `/docs.json`, get an answer that it lists",
        "tests/reliability/test_schema.py::test_1500_requests_get_answers_of_the_schema",
    ),
    Promise(
        "availability",
        "10,000 such requests do too",
        "tests/reliability/test_schema.py::test_10000_requests_get_answers_of_the_schema",
    ),
    Promise(
        "availability",
        "Memory grows by less than 1 MiB a minute; file descriptors, threads and metric series "
        "stay constant",
        "tests/reliability/test_soak.py::test_a_server_does_not_grow_in_ten_minutes_of_traffic",
    ),
    Promise(
        "availability",
        "While a dead runner is replaced, requests get 503 with `Retry-After`",
        "tests/integration/test_dead_runner.py::test_a_dead_runner_is_a_503_until_it_is_back",
    ),
    Promise(
        "latency",
        "A prediction that takes longer than `SENTIMENT_TIMEOUT_S` is a 504",
        "tests/integration/test_overload.py::test_a_prediction_over_the_time_limit_is_a_504",
    ),
    Promise(
        "latency",
        "A full queue is a 503, and texts of ended requests leave the queue",
        "tests/integration/test_overload.py::"
        "test_a_full_queue_is_a_503_and_abandoned_texts_leave_it",
    ),
    Promise(
        "durability",
        "Feedback that was answered with 200 survives `kill -9` of all processes",
        "tests/integration/test_durability.py::test_answered_feedback_survives_kills",
    ),
    Promise(
        "durability",
        "1,000 answers survive 20 kills",
        "tests/integration/test_durability.py::test_a_thousand_answers_survive_twenty_kills",
    ),
    Promise(
        "limits",
        "A body over 1 MiB is a 413, with and without `Content-Length`",
        "tests/integration/test_contract.py::test_a_body_of_unknown_length_is_measured",
    ),
    Promise(
        "privacy",
        "No log line and no metric holds a tweet",
        "tests/integration/test_logs.py::test_no_log_line_and_no_metric_holds_a_tweet",
    ),
    Promise(
        "privacy",
        "A text is kept only with consent, and scrubbed",
        "tests/integration/test_feedback.py::test_the_text_is_kept_only_with_consent_and_scrubbed",
    ),
)
