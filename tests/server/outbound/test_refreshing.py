"""Tokens are refreshed at the provider's endpoint; a refusal and a silence are told apart."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from server.domain.errors import Later, Unprocessable
from server.outbound import guard
from server.outbound.refreshing import Grant, refresh
from tests.peers.receivers import answering, receiver


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    guard.install(["127.0.0.0/8"])
    yield
    guard.install(())


async def refreshed(head: str, body: bytes) -> Grant:
    async with receiver(answering(head, body)) as port:
        return await asyncio.to_thread(refresh, f"http://127.0.0.1:{port}/token", {"client_id": "c", "refresh_token": "r"})


@pytest.mark.asyncio
@pytest.mark.criterion("email-10")
async def test_a_token_comes_with_its_time() -> None:
    assert await refreshed("200 OK", b'{"access_token":"a","expires_in":60}') == Grant("a", None, 60)
    assert await refreshed("200 OK", b'{"access_token":"a","refresh_token":"n"}') == Grant("a", "n", 3600)


@pytest.mark.asyncio
async def test_a_refusal_is_told_in_the_providers_words() -> None:
    with pytest.raises(Unprocessable, match="was revoked"):
        await refreshed("400 Bad Request", b'{"error":"invalid_grant","error_description":"The token was revoked."}')


@pytest.mark.asyncio
@pytest.mark.parametrize(("head", "body"), [("503 Busy", b"{}"), ("200 OK", b"<html>")])
async def test_a_provider_that_is_out_of_order_is_asked_again(head: str, body: bytes) -> None:
    with pytest.raises(Later):
        await refreshed(head, body)


def test_an_endpoint_inside_our_own_net_is_never_called() -> None:
    guard.install(())
    with pytest.raises(Unprocessable):
        refresh("http://127.0.0.1:9/token", {})
