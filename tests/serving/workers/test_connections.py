import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from serving.workers.connections import SpreadConnections, excess
from serving.workers.shared import WorkerNumbers


@pytest.mark.parametrize(
    ("mine", "all_workers", "expected"),
    [
        (32, [32, 0], 16),
        (0, [32, 0], 0),
        (2, [2, 0], 1),
        (1, [1, 0], 0),
        (17, [17, 15], 0),
        (20, [20, 12], 4),
        (9, [9, 3, 3], 4),
        (10, [10], 0),
        (0, [0, 0], 0),
    ],
)
def test_what_is_above_the_mean_is_too_much(
    mine: int, all_workers: list[int], expected: int
) -> None:
    assert excess(mine, all_workers) == expected


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=9))
def test_who_lets_go_keeps_its_share_and_who_has_less_lets_none_go(connections: list[int]) -> None:
    mean = sum(connections) / len(connections)
    for mine in connections:
        assert excess(mine, connections) <= max(0, mine - mean)


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})


async def ended(app: SpreadConnections, port: int) -> bool:
    """Whether the answer to a request of this connection ends it."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": "http", "client": ("127.0.0.1", port)}, receive, send)
    assert (b"a", b"b") in sent[0]["headers"]
    return (b"connection", b"close") in sent[0]["headers"]


def two_workers() -> tuple[SpreadConnections, WorkerNumbers, WorkerNumbers]:
    numbers = bytearray(8)
    mine, other = (WorkerNumbers(numbers, 2, worker) for worker in range(2))
    return SpreadConnections(answer, lambda: mine), mine, other


def test_connections_above_the_share_are_ended_once() -> None:
    async def scenario() -> None:
        app, mine, _ = two_workers()
        assert not any([await ended(app, port) for port in range(8)])
        await asyncio.sleep(0.6)
        assert mine.mine == 8
        assert [await ended(app, port) for port in range(8)] == [True] * 4 + [False] * 4

    asyncio.run(scenario())


def test_a_connection_that_asks_often_counts_once_and_one_that_is_silent_not_at_all() -> None:
    async def scenario() -> None:
        app, mine, other = two_workers()
        other.mine = 1
        for _ in range(20):
            assert not await ended(app, 1)
        await asyncio.sleep(0.6)
        assert mine.mine == 1
        assert not await ended(app, 1)
        await asyncio.sleep(1.2)
        assert mine.mine == 0

    asyncio.run(scenario())


def test_what_is_no_request_passes() -> None:
    async def scenario() -> None:
        passed: list[Scope] = []

        async def note(scope: Scope, receive: Receive, send: Send) -> None:
            passed.append(scope)

        app = SpreadConnections(note, WorkerNumbers.alone)

        async def nothing() -> Message:
            return {}

        async def ignore(message: Message) -> None:
            pass

        await app({"type": "lifespan"}, nothing, ignore)
        await app({"type": "http", "client": None}, nothing, ignore)
        assert [scope["type"] for scope in passed] == ["lifespan", "http"]

    asyncio.run(scenario())
