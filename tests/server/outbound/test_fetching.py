"""Small documents are fetched from vetted addresses, once, within bounds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.domain.errors import Later, Skip
from server.outbound import fetching, guard
from server.outbound.fetching import LARGEST, fetch
from tests.peers.receivers import answering, receiver


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    guard.install(["127.0.0.0/8"])
    yield
    guard.install(())


async def fetched(head: str, body: bytes = b"") -> bytes:
    """Fetch from a server that answers so."""
    import asyncio

    async with receiver(answering(head, body)) as port:
        return await asyncio.to_thread(fetch, f"http://127.0.0.1:{port}/keys")


@pytest.mark.asyncio
async def test_a_document_comes_as_it_is() -> None:
    assert await fetched("200 OK", b'{"keys": []}') == b'{"keys": []}'


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("head", "body"), [("404 Not Found", b""), ("302 Found\r\nLocation: http://127.0.0.1/", b""), ("200 OK", b"x" * (LARGEST + 1))]
)
async def test_anything_else_is_tried_later(head: str, body: bytes) -> None:
    with pytest.raises(Later):
        await fetched(head, body)


def test_private_addresses_and_nobody_at_home_are_told_apart() -> None:
    with pytest.raises(Later) as nobody:
        fetch("http://127.0.0.1:9/")
    assert nobody.value.detail == "http://127.0.0.1:9/ could not be reached: Connection refused"
    guard.install(())
    with pytest.raises(Skip):
        fetch("http://127.0.0.1:9/")
    assert fetching.TIMEOUT_SECONDS <= 5
