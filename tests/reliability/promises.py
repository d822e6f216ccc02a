"""The promises of the service, and the test that shows each promise."""

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
        "1,500 valid and invalid requests made from `/docs.json` get an answer that "
        "`/docs.json` lists",
        "tests/reliability/test_schema.py::test_1500_requests_get_answers_of_the_schema",
    ),
    Promise(
        "availability",
        "10,000 such requests get an answer that `/docs.json` lists",
        "tests/reliability/test_schema.py::test_10000_requests_get_answers_of_the_schema",
    ),
    Promise(
        "availability",
        "memory grows by less than 1 MiB a minute; file descriptors, threads and metric series "
        "stay constant",
        "tests/reliability/test_soak.py::test_a_server_does_not_grow_in_ten_minutes_of_traffic",
    ),
    Promise(
        "availability",
        "a killed API worker is replaced, and only its own connections break",
        "tests/reliability/test_killed_processes.py::"
        "test_a_killed_api_worker_loses_its_own_connections_only",
    ),
    Promise(
        "availability",
        "a killed runner is replaced; until then requests get 503 with `Retry-After`",
        "tests/reliability/test_killed_processes.py::"
        "test_a_killed_runner_is_a_503_at_once_until_it_is_back",
    ),
    Promise(
        "availability",
        "a suspended process delays requests and loses none",
        "tests/reliability/test_killed_processes.py::"
        "test_a_suspended_process_delays_requests_and_loses_none",
    ),
    Promise(
        "availability",
        "workers end with their killed parent, so that the next start finds a free port",
        "tests/reliability/test_killed_processes.py::"
        "test_workers_end_with_their_killed_parent_and_the_next_start_serves",
    ),
    Promise(
        "availability",
        "SIGTERM under load loses no request",
        "tests/reliability/test_shutdown.py::test_sigterm_under_load_loses_no_request",
    ),
    Promise(
        "availability",
        "a server without free file descriptors logs an error, and answers again when descriptors "
        "are free",
        "tests/reliability/test_killed_processes.py::"
        "test_exhausted_file_descriptors_are_logged_and_the_service_recovers",
    ),
    Promise(
        "availability",
        "a second start on one `BENTOML_HOME` is refused, and the first server continues",
        "tests/reliability/test_second_start.py::"
        "test_a_second_start_on_one_home_is_refused_and_the_first_server_continues",
    ),
    Promise(
        "availability",
        "lost metric files are a 503 of `/metrics`, never an empty page",
        "tests/reliability/test_second_start.py::test_lost_metric_files_are_a_503_and_a_log_line",
    ),
    Promise(
        "availability",
        "one bad text among 64 concurrent requests changes no other answer",
        "tests/reliability/test_disconnects.py::"
        "test_one_bad_text_among_64_requests_changes_no_other_answer",
    ),
    Promise(
        "latency",
        "a prediction that takes longer than `SENTIMENT_TIMEOUT_S` is a 504",
        "tests/integration/test_overload.py::test_a_prediction_over_the_time_limit_is_a_504",
    ),
    Promise(
        "latency",
        "a full queue is a 503, and texts of abandoned requests leave the queue",
        "tests/integration/test_overload.py::"
        "test_a_full_queue_is_a_503_and_abandoned_texts_leave_it",
    ),
    Promise(
        "latency",
        "texts of clients that left are not predicted",
        "tests/reliability/test_disconnects.py::test_texts_of_clients_that_left_are_not_predicted",
    ),
    Promise(
        "latency",
        "500 idle connections delay no other client",
        "tests/reliability/test_connections.py::test_500_idle_connections_delay_no_other_client",
    ),
    Promise(
        "latency",
        "a slow feedback store delays no other route",
        "tests/reliability/test_slow_store.py::"
        "test_other_routes_answer_while_sixty_verdicts_wait_for_a_locked_database",
    ),
    Promise(
        "latency",
        "predictions are answered while the first text with consent loads the scrubbing model",
        "tests/reliability/test_stored_texts.py::"
        "test_predictions_are_answered_while_the_first_text_loads_the_model",
    ),
    Promise(
        "durability",
        "feedback that was answered with 200 survives `kill -9` of all processes",
        "tests/integration/test_durability.py::test_answered_feedback_survives_kills",
    ),
    Promise(
        "durability",
        "1,000 answered verdicts survive 20 such kills",
        "tests/integration/test_durability.py::test_a_thousand_answers_survive_twenty_kills",
    ),
    Promise(
        "durability",
        "no recorded verdict is lost with a killed worker",
        "tests/reliability/test_killed_processes.py::"
        "test_no_recorded_verdict_is_lost_with_a_killed_worker",
    ),
    Promise(
        "durability",
        "a request that is cut off in its body is not executed",
        "tests/reliability/test_bodies.py::test_a_verdict_that_is_cut_off_is_not_stored",
    ),
    Promise(
        "durability",
        "a moved database is a 503, never a lost verdict",
        "tests/reliability/test_lost_database.py::"
        "test_no_acknowledged_verdict_is_lost_while_the_database_is_moved_away_and_back",
    ),
    Promise(
        "durability",
        "verdicts go to the file that replaced the database",
        "tests/reliability/test_lost_database.py::"
        "test_verdicts_go_to_the_file_that_replaced_the_database",
    ),
    Promise(
        "durability",
        "a damaged database is a 503",
        "tests/reliability/test_lost_database.py::"
        "test_verdicts_get_a_503_while_the_database_is_damaged",
    ),
    Promise(
        "durability",
        "a full disk is a 503 until there is room",
        "tests/reliability/test_feedback_files.py::"
        "test_a_full_disk_is_a_503_and_the_next_verdict_with_room_is_recorded",
    ),
    Promise(
        "durability",
        "a read-only disk is a 503 until it is writable",
        "tests/reliability/test_feedback_files.py::"
        "test_a_read_only_disk_is_a_503_and_the_next_verdict_is_recorded_when_it_is_writable",
    ),
    Promise(
        "durability",
        "prediction ids stay valid if the secret file is lost and a worker is replaced",
        "tests/reliability/test_second_start.py::"
        "test_a_lost_secret_changes_nothing_for_a_replaced_worker",
    ),
    Promise(
        "limits",
        "a body over 1 MiB is a 413, with and without `Content-Length`",
        "tests/integration/test_contract.py::test_a_body_of_unknown_length_is_measured",
    ),
    Promise(
        "limits",
        "a decompression bomb, 512 MiB in a body below 1 MiB, is a 413",
        "tests/reliability/test_bodies.py::test_a_decompression_bomb_is_a_413",
    ),
    Promise(
        "limits",
        "headers over 32 KiB are a 431",
        "tests/reliability/test_connections.py::test_headers_over_the_limits_are_a_431",
    ),
    Promise(
        "limits",
        "a slow client is refused after about 10 s",
        "tests/reliability/test_connections.py::test_a_slow_client_is_refused_in_time",
    ),
    Promise(
        "limits",
        "the answer to an invalid request stays below 4 KiB",
        "tests/reliability/test_answers.py::test_an_invalid_request_gets_a_short_answer",
    ),
    Promise(
        "limits",
        "the rate limit of an API key holds over all workers",
        "tests/reliability/test_access.py::test_the_rate_limit_of_a_key_holds_over_all_workers",
    ),
    Promise(
        "limits",
        "an address must wait after five wrong admin keys, even with the right key",
        "tests/reliability/test_access.py::test_an_address_must_wait_after_five_wrong_admin_keys",
    ),
    Promise(
        "limits",
        "a flood of verdicts on one text is bounded, counts once and is erased by one command",
        "tests/reliability/test_feedback_flood.py::"
        "test_a_flood_of_one_text_is_bounded_counts_once_and_is_erased_in_one_step",
    ),
    Promise(
        "privacy",
        "no log line and no metric holds a tweet",
        "tests/integration/test_logs.py::test_no_log_line_and_no_metric_holds_a_tweet",
    ),
    Promise(
        "privacy",
        "a text is kept only with consent, and scrubbed",
        "tests/integration/test_feedback.py::test_the_text_is_kept_only_with_consent_and_scrubbed",
    ),
    Promise(
        "privacy",
        "scrubbing finds the share of each kind of personal data that [privacy.md](privacy.md) "
        "lists",
        "tests/serving/feedback/test_privacy.py::test_recall_of_each_kind_stays_above_its_floor",
    ),
    Promise(
        "privacy",
        "no page names another host",
        "tests/reliability/test_pages.py::test_a_page_and_its_files_name_no_other_host",
    ),
    Promise(
        "privacy",
        "no port accepts a command to the supervisor",
        "tests/reliability/test_local_access.py::test_no_port_takes_a_command_of_the_supervisor",
    ),
    Promise(
        "privacy",
        "no port loads a pickle",
        "tests/reliability/test_local_access.py::test_no_port_loads_a_pickle",
    ),
    Promise(
        "privacy",
        "a file that could hold code is refused",
        "tests/reliability/model_files/test_weights.py::"
        "test_a_file_that_could_hold_code_is_refused_by_name",
    ),
    Promise(
        "privacy",
        "a champion that an attacker signed is refused",
        "tests/reliability/test_signatures.py::test_a_champion_that_an_attacker_signed_is_refused",
    ),
)
