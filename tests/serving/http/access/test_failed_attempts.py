import time

import pytest

from serving.http.access.failed_attempts import FailedAttempts
from serving.workers.shared_storage import SharedStorage


@pytest.fixture
def attempts() -> FailedAttempts:
    return FailedAttempts(SharedStorage(None))


def fail(attempts: FailedAttempts, address: str) -> None:
    attempts.add("admin", address, "GET", "/admin/feedback")


def test_each_wrong_key_after_the_fifth_doubles_the_wait(attempts: FailedAttempts) -> None:
    for _ in range(4):
        fail(attempts, "192.0.2.1")
    assert attempts.wait_s("admin", "192.0.2.1") == 0
    waits = []
    for _ in range(2):
        fail(attempts, "192.0.2.1")
        waits.append(attempts.wait_s("admin", "192.0.2.1"))
        time.sleep(waits[-1])
    assert waits == [1, 2]
    assert attempts.wait_s("admin", "192.0.2.1") == 0


def test_another_address_and_another_realm_need_not_wait(attempts: FailedAttempts) -> None:
    for _ in range(5):
        fail(attempts, "192.0.2.1")
    assert attempts.wait_s("admin", "192.0.2.2") == 0
    assert attempts.wait_s("api", "192.0.2.1") == 0


def test_the_right_key_clears_the_failures(attempts: FailedAttempts) -> None:
    for _ in range(4):
        fail(attempts, "192.0.2.1")
    attempts.forget("admin", "192.0.2.1")
    fail(attempts, "192.0.2.1")
    assert attempts.wait_s("admin", "192.0.2.1") == 0
