"""Requests as receivers get them: in the format, with the credentials, by the way that was chosen, and always verifiable."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest
from standardwebhooks import Webhook

from server.domain.actor import Actor
from server.outbound.posting import Poster
from server.services import deliveries, events, webhooks
from server.services.concluding import Done
from server.services.dispatch import Desk, Room
from server.services.webhook_bodies import NewWebhook
from server.store import database
from server.worker.requests import Requests
from tests.peers.ports import free_port
from tests.peers.receivers import Behaviour, answering, read_request, receiver
from tests.server.outbound.test_posting import certificate

Seen = list[tuple[dict[str, str], bytes]]
OAUTH = {"type": "oauth2", "client_id": "shop & co", "client_secret": "s:cret", "scope": "write"}


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    """Return what posts."""
    found = Poster(timeout_seconds=3)
    yield found
    await found.close()


def webhook(actor: Actor, port: int, **options: Any) -> dict[str, Any]:
    body = {"name": "Hook", "url": f"http://127.0.0.1:{port}/hooks", "events": ["contact.*"], **options}
    return webhooks.create(actor, NewWebhook.model_validate(body), most=100)


async def deliver(actor: Actor, poster: Poster, requests: Requests | None = None) -> Done:
    """Have something happen, send it, and write down how that ended."""
    with database.transaction():
        events.publish(actor, "contact.created", "con_1", record={"email": "ada@example.com"})
    desk = Desk(lease_ms=30_000, schedule=(0, 5))
    (work,) = desk.turn([], Room(10, 10))
    done = await (requests or Requests(poster)).perform(work)
    desk.turn([done], Room(0, 0))
    return done


def attempt_of(actor: Actor, done: Done) -> dict[str, Any]:
    delivery = done.work.delivery
    return deliveries.list_attempts(actor, delivery.webhook_id, delivery.id, None, 9)[0][0]


@pytest.mark.criterion("webhooks-21")
async def test_every_format_arrives_signed_over_the_very_bytes(alice: Actor, poster: Poster) -> None:
    template = {"body": "<lead>{{ data.record.email }}</lead>", "content_type": "application/xml"}
    for options in ({}, {"format": "flat_json"}, {"format": "raw"}, {"format": "form"}, {"format": "template", "template": template}):
        seen: Seen = []
        async with receiver(answering("200 OK", seen=seen)) as port:
            made = webhook(alice, port, **options)
            done = await deliver(alice, poster)
        webhooks.remove(alice, made["id"])
        ((headers, body),) = seen
        Webhook(made["secret"]).verify(body, headers) if b"{" in body[:1] else _verify(made["secret"], headers, body)
        assert done.reply.status == 200
        assert b"ada" in body
        if options:
            delivery = done.work.delivery
            row = database.row("SELECT request FROM attempts WHERE delivery_id = ?", (delivery.id,))
            assert row is not None
            assert orjson.loads(row[0])["body"] == body.decode(), "what was sent is in the log"
        if options.get("format") == "form":
            assert headers["content-type"] == "application/x-www-form-urlencoded"
            assert parse_qs(body.decode())["data[record][email]"] == ["ada@example.com"]
    assert (headers["content-type"], body) == ("application/xml", b"<lead>ada@example.com</lead>")


def _verify(secret: str, headers: dict[str, str], body: bytes) -> None:
    """Compare by the library's own signing, since its verifying wants JSON."""
    from datetime import UTC, datetime

    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert Webhook(secret).sign(headers["webhook-id"], at, body.decode()) == headers["webhook-signature"]


async def test_a_template_that_fails_is_an_attempt_that_failed_and_nothing_is_sent(alice: Actor, poster: Poster) -> None:
    seen: Seen = []
    async with receiver(answering("200 OK", seen=seen)) as port:
        webhook(alice, port, format="template", template={"body": "{{ data | sum }}"})
        done = await deliver(alice, poster)
    assert (done.reply.error, seen) == ("template_failed", [])
    assert attempt_of(alice, done)["error"].startswith("template_failed: ")


async def test_basic_credentials_and_own_headers_arrive_and_are_masked_in_the_log(alice: Actor, poster: Poster) -> None:
    seen: Seen = []
    async with receiver(answering("200 OK", seen=seen)) as port:
        webhook(alice, port, authentication={"type": "basic", "username": "shop", "password": "pass"}, headers={"X-Own": "yes"})
        done = await deliver(alice, poster)
    headers, _ = seen[0]
    assert (headers["authorization"], headers["x-own"]) == ("Basic " + base64.b64encode(b"shop:pass").decode(), "yes")
    assert "c2hvcDpwYXNz" not in str(attempt_of(alice, done))


def granting(tokens: list[str], seen: Seen, *, expires_in: int = 3600) -> Behaviour:
    """Return an authorization server that grants these tokens one after the other."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await read_request(reader))
            body = orjson.dumps({"access_token": tokens.pop(0), "token_type": "Bearer", "expires_in": expires_in})
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            await writer.drain()

    return behave


async def test_an_oauth_token_is_fetched_once_kept_and_fetched_anew_when_it_is_refused(alice: Actor, poster: Poster) -> None:
    asked: Seen = []
    seen: Seen = []
    statuses = ["200 OK", "401 Unauthorized", "200 OK"]

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await read_request(reader))
            writer.write(f"HTTP/1.1 {statuses[len(seen) - 1]}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()

    async with receiver(granting(["token-1", "token-2"], asked)) as server, receiver(behave) as port:
        webhook(alice, port, authentication={**OAUTH, "token_url": f"http://127.0.0.1:{server}/token"})
        requests = Requests(poster)
        done = [await deliver(alice, poster, requests) for _ in range(3)]
    assert [headers["authorization"] for headers, _ in seen] == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
    headers, body = asked[0]
    assert headers["authorization"] == "Basic " + base64.b64encode(b"shop%20%26%20co:s%3Acret").decode()
    assert parse_qs(body.decode()) == {"grant_type": ["client_credentials"], "scope": ["write"]}
    assert len(asked) == 2
    assert "token-1" not in str(attempt_of(alice, done[0]))


async def test_many_requests_wait_for_one_token(alice: Actor, poster: Poster) -> None:
    asked: Seen = []
    async with receiver(granting(["one"], asked)) as server, receiver(answering("200 OK")) as port:
        webhook(alice, port, authentication={**OAUTH, "token_url": f"http://127.0.0.1:{server}/token", "client_authentication": "body"})
        with database.transaction():
            for number in range(8):
                events.publish(alice, "contact.created", f"con_{number}")
        works = Desk(lease_ms=30_000, schedule=(0,)).turn([], Room(10, 10))
        requests = Requests(poster)
        done = await asyncio.gather(*(requests.perform(work) for work in works))
    assert [one.reply.status for one in done] == [200] * 8
    assert len(asked) == 1
    assert parse_qs(asked[0][1].decode())["client_secret"] == ["s:cret"]


@pytest.mark.parametrize(
    ("head", "body"),
    [("400 Bad Request", b'{"error":"invalid_client"}'), ("200 OK", b"no json"), ("200 OK", b"[]"), ("200 OK", b'{"access_token":"a\\r\\nb: c"}')],
)
async def test_without_a_token_nothing_is_sent(alice: Actor, poster: Poster, head: str, body: bytes) -> None:
    seen: Seen = []
    async with receiver(answering(head, body)) as server, receiver(answering("200 OK", seen=seen)) as port:
        webhook(alice, port, authentication={**OAUTH, "token_url": f"http://127.0.0.1:{server}/token"})
        done = await deliver(alice, poster)
    assert (done.reply.error, seen) == ("token_failed", [])


async def test_a_client_certificate_is_shown(alice: Actor, poster: Poster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, _ = certificate(tmp_path, "localhost")
    certificate(tmp_path, "shop")
    pem = (tmp_path / "shop.pem").read_text()
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_verify_locations(cafile=str(tmp_path / "shop.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
    own = {"type": "mtls", "certificate": pem, "private_key": pem}
    shown: list[dict[str, Any]] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        shown.append(writer.get_extra_info("peercert"))
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with receiver(behave, tls=server) as port:
        made = webhook(alice, port, url=f"https://localhost:{port}/", authentication=own)
        done = await deliver(alice, poster)
        assert done.reply.status == 200, done.reply
        assert shown[0]
        webhooks.remove(alice, made["id"])
        webhook(alice, port, url=f"https://localhost:{port}/")
        assert (await deliver(alice, poster)).reply.error is not None, "without it the receiver refuses"


async def test_a_proxy_of_its_own_is_used_and_its_faults_are_the_webhooks(alice: Actor, poster: Poster) -> None:
    seen: Seen = []
    proxy: dict[str, Any] = {"username": "me", "password": "pass"}
    async with receiver(answering("200 OK", seen=seen)) as port:
        made = webhook(alice, 9, egress_proxy={"url": f"http://127.0.0.1:{port}", **proxy})
        done = await deliver(alice, poster)
    headers, _ = seen[0]
    assert (done.reply.status, headers[""]) == (200, "POST http://127.0.0.1:9/hooks HTTP/1.1")
    assert headers["proxy-authorization"] == "Basic " + base64.b64encode(b"me:pass").decode()
    webhooks.remove(alice, made["id"])
    webhook(alice, 9, egress_proxy={"url": f"http://127.0.0.1:{free_port()}"})
    done = await deliver(alice, poster)
    assert done.reply.error == "webhook_proxy_failed"
    assert attempt_of(alice, done)["number"] == 1, "it spends an attempt"


async def test_what_must_not_be_sent_twice_is_not_repeated_on_a_connection_that_breaks(alice: Actor, poster: Poster) -> None:
    seen: Seen = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        seen.append(await read_request(reader))

    async with receiver(behave) as port:
        webhook(alice, port, delivery_mode="at_most_once")
        first, second = [await deliver(alice, poster) for _ in range(2)]
    assert (first.reply.status, second.reply.status, len(seen)) == (200, None, 2)
