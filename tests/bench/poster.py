"""The floor of deliveries: a bare aiohttp client that posts prepared bodies, 200 in flight.

python -m tests.bench.poster PORT COUNT BODY_FILE      prints posts per second
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from time import perf_counter

import aiohttp
import uvloop

IN_FLIGHT = 200


async def post(port: int, count: int, body: bytes) -> float:
    """Post and return how many a second."""
    left = iter(range(count))
    headers = {"Content-Type": "application/json", "webhook-id": "evt_x", "webhook-timestamp": "1", "webhook-signature": "v1," + "A" * 44}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one() -> None:
            for index in left:
                async with session.post(f"http://127.0.0.1:{port}/hooks/{index % 20}", data=body, headers=headers) as response:
                    await response.read()

        started = perf_counter()
        await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))
        return count / (perf_counter() - started)


if __name__ == "__main__":
    sys.stdout.write(f"{uvloop.run(post(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).read_bytes()))}\n")
