import asyncio

import httpx
import psutil

from tests.support.servers import Server, StartServer

CLIENTS = 24
SECONDS = 6


def workers(server: Server) -> list[psutil.Process]:
    processes = psutil.Process(server.process.pid).children(recursive=True)
    return [found for found in processes if "_bentoml_impl.worker.service" in found.cmdline()]


def open_connections(server: Server) -> list[int]:
    """How many each worker has."""
    return [
        sum(
            found.status == psutil.CONN_ESTABLISHED and found.laddr[1] == server.port
            for found in worker.net_connections("tcp")
        )
        for worker in workers(server)
    ]


async def ask_until(end: float, client: httpx.AsyncClient) -> set[int]:
    statuses = set()
    while True:
        answer = await client.post("/predict", json={"text": "on time, thank you"})
        statuses.add(answer.status_code)
        if asyncio.get_running_loop().time() > end:
            return statuses


def test_connections_spread_over_the_workers_and_no_request_is_lost(
    start_server: StartServer,
) -> None:
    server = start_server(models="lstm", api_workers="2")

    one, _ = workers(server)

    async def ask() -> list[set[int]]:
        clients = [httpx.AsyncClient(base_url=server.url, timeout=30) for _ in range(CLIENTS)]
        one.suspend()
        await asyncio.gather(*(ask_until(0, client) for client in clients))
        assert open_connections(server) == [0, CLIENTS]
        one.resume()
        end = asyncio.get_running_loop().time() + SECONDS
        asking = asyncio.gather(*(ask_until(end, client) for client in clients))
        await asyncio.sleep(SECONDS - 1)
        # Within an eighth of the share, and what the last turn has moved.
        assert max(open_connections(server)) <= 0.75 * CLIENTS
        statuses = await asking
        await asyncio.gather(*(client.aclose() for client in clients))
        return statuses

    assert asyncio.run(ask()) == [{200}] * CLIENTS
