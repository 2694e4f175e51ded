"""One post, against receivers that answer, refuse, break off, hang and pour: each end has its code, none takes longer or more than it may."""

from __future__ import annotations

import asyncio
import errno
import resource
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.outbound import guard, posting
from server.outbound.posting import KEPT_BYTES, GuardedResolver, Poster, Reply
from tests.peers.ports import free_port
from tests.peers.receivers import answering, read_request, receiver

HEADERS = {"Content-Type": "application/json", "webhook-id": "evt_1"}


@pytest.fixture(autouse=True)
def loopback_allowed() -> Iterator[None]:
    guard.install(["127.0.0.0/8"])
    yield
    guard.install(())


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    found = Poster(timeout_seconds=2)
    yield found
    await found.close()


async def post(poster: Poster, port: int, host: str = "127.0.0.1", **more: Any) -> Reply:
    return await poster.post(f"http://{host}:{port}/hooks?x=1", HEADERS, b'{"a":1}', **more)


async def test_a_post_arrives_as_it_was_given_and_its_answer_comes_back(poster: Poster) -> None:
    seen: list[tuple[dict[str, str], bytes]] = []
    async with receiver(answering("200 OK\r\nX-Answer: yes", b"thanks", seen=seen)) as port:
        reply = await post(poster, port)
    headers, body = seen[0]
    assert (headers[""], headers["webhook-id"], body) == ("POST /hooks?x=1 HTTP/1.1", "evt_1", b'{"a":1}')
    assert (reply.status, reply.error, reply.body) == (200, None, b"thanks")
    assert (reply.headers or {})["X-Answer"] == "yes"
    assert reply.address == "127.0.0.1"


async def test_a_second_post_goes_over_the_same_connection_and_says_so(poster: Poster) -> None:
    async with receiver(answering("204 No Content")) as port:
        first, second = [await post(poster, port, "localhost") for _ in range(2)]
    assert {"dns_ms", "connect_ms", "first_byte_ms"} <= first.timings.keys()
    assert second.timings.keys() == {"first_byte_ms"}
    assert second.address == first.address


@pytest.mark.criterion("webhooks-12")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(poster: Poster, status: int) -> None:
    elsewhere: list[tuple[dict[str, str], bytes]] = []
    async with (
        receiver(answering("200 OK", seen=elsewhere)) as target,
        receiver(answering(f"{status} Elsewhere\r\nLocation: http://127.0.0.1:{target}/")) as port,
    ):
        reply = await post(poster, port)
    assert (reply.status, elsewhere) == (status, [])


@pytest.mark.parametrize("hint", ["120", "Fri, 20 Nov 2026 12:00:00 GMT"])
async def test_what_the_receiver_asks_to_wait_is_handed_on(poster: Poster, hint: str) -> None:
    async with receiver(answering(f"429 Slow down\r\nRetry-After: {hint}")) as port:
        assert (await post(poster, port)).retry_after == hint


@pytest.mark.criterion("webhooks-12")
async def test_a_refused_connection_says_so(poster: Poster) -> None:
    assert (await post(poster, free_port())).error == "connection_refused"


@pytest.mark.criterion("webhooks-12")
async def test_a_name_that_does_not_resolve_says_so(poster: Poster) -> None:
    reply = await post(poster, 80, "nowhere.invalid")
    assert (reply.status, reply.error) == (None, "dns_failed")


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    writer.transport.abort()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)


async def answer_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"NONSENSE\r\n\r\n")
    await writer.drain()


async def stop_midway(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()


@pytest.mark.criterion("webhooks-12")
@pytest.mark.parametrize(
    ("behaviour", "code"),
    [(reset, "connection_reset"), (hang_up, "connection_closed"), (answer_nonsense, "response_malformed"), (stop_midway, "response_broken")],
)
async def test_a_connection_that_breaks_says_how(poster: Poster, behaviour: Any, code: str) -> None:
    async with receiver(behaviour) as port:
        reply = await post(poster, port)
    assert (reply.status, reply.error) == (None, code)


async def test_a_kept_connection_that_was_closed_meanwhile_costs_no_attempt(poster: Poster) -> None:
    served = 0

    async def once_per_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal served
        await read_request(reader)
        served += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        if served == 1:
            await read_request(reader)  # the second request comes, and the receiver closes without a word

    async with receiver(once_per_connection) as port:
        assert [(await post(poster, port)).status for _ in range(2)] == [200, 200]


async def be_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def drip_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)


@pytest.mark.criterion("webhooks-10")
@pytest.mark.parametrize("behaviour", [be_silent, drip, drip_headers])
async def test_silence_and_dripping_end_at_the_deadline(poster: Poster, behaviour: Any) -> None:
    async with receiver(behaviour) as port:
        started = time.monotonic()
        reply = await post(poster, port, timeout_seconds=0.6)
    assert (reply.status, reply.error) == (None, "timeout")
    assert 0.5 < time.monotonic() - started < 20, "they would go on for as long as somebody waits"


async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while True:
        writer.write(b"z" * 65536)
        await writer.drain()


@pytest.mark.criterion("webhooks-10")
async def test_an_endless_answer_is_cut_and_costs_little(poster: Poster) -> None:
    async with receiver(pour) as port:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        replies = await asyncio.gather(*(post(poster, port) for _ in range(20)))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert {(reply.status, len(reply.body)) for reply in replies} == {(200, KEPT_BYTES)}
    assert grown < 20 * 1024, "kilobytes, for twenty at once, receivers included"


async def test_headers_without_end_are_refused(poster: Poster) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-More: " + b"y" * 4096 + b"\r\n")
            await writer.drain()

    async with receiver(behave) as port:
        reply = await post(poster, port)
    assert (reply.status, reply.error) == (None, "response_malformed")


def certificate(folder: Path, name: str, *, days: int = 30) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's context with a self-signed certificate for a name, and a client's that trusts it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


async def test_a_trusted_certificate_is_accepted(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "localhost")
    poster = Poster(timeout_seconds=5, tls=client)
    async with receiver(answering("200 OK"), tls=server) as port:
        reply = await poster.post(f"https://localhost:{port}/", HEADERS, b"{}")
        await poster.close()
    assert (reply.status, reply.error) == (200, None)


@pytest.mark.criterion("webhooks-12")
@pytest.mark.parametrize(("name", "days", "trusted"), [("localhost", 30, False), ("elsewhere.example", 30, True), ("localhost", -1, True)])
async def test_a_certificate_that_does_not_hold_says_so(tmp_path: Path, name: str, days: int, trusted: bool) -> None:
    server, client = certificate(tmp_path, name, days=days)
    poster = Poster(timeout_seconds=5, tls=client if trusted else None)
    async with receiver(answering("200 OK"), tls=server) as port:
        reply = await poster.post(f"https://localhost:{port}/", HEADERS, b"{}")
        await poster.close()
    assert (reply.status, reply.error) == (None, "tls_certificate_invalid")


async def test_a_receiver_without_tls_behind_https_says_so(poster: Poster) -> None:
    async with receiver(answer_nonsense_at_once) as port:
        reply = await poster.post(f"https://127.0.0.1:{port}/", HEADERS, b"{}")
    assert (reply.status, reply.error) == (None, "tls_failed")


async def answer_nonsense_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"NONSENSE\r\n\r\n")
    await writer.drain()
    await asyncio.sleep(1)


LITERALS = [
    "127.0.0.1", "2130706433", "0x7f000001", "017700000001", "127.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254",
    "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.1", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "224.0.0.1", "127.0.0.1.",
]  # fmt: skip


@pytest.mark.criterion("webhooks-18")
@pytest.mark.parametrize("host", LITERALS)
async def test_a_literal_of_a_special_address_is_refused_in_every_spelling(poster: Poster, host: str) -> None:
    """An address literal goes round the resolver in aiohttp, so it is judged before."""
    guard.install(())
    reply = await post(poster, 1, host)
    assert (reply.status, reply.error) == (None, guard.REFUSED)


@pytest.mark.criterion("webhooks-18")
@pytest.mark.parametrize("name", ["localhost", "LOCALHOST"])
async def test_a_name_that_leads_to_a_special_address_is_refused(poster: Poster, name: str) -> None:
    guard.install(())
    async with receiver(answering("200 OK")) as port:
        reply = await post(poster, port, name)
    assert (reply.status, reply.error) == (None, guard.REFUSED)


def answers(*addresses: str) -> Any:
    """Return a stand-in for the system's resolver that gives these answers, one after the other, the last one again and again."""
    left = list(addresses)

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in address.split()]

    return getaddrinfo


@pytest.mark.criterion("webhooks-18")
async def test_a_name_with_one_special_address_among_public_ones_is_refused(poster: Poster, monkeypatch: pytest.MonkeyPatch) -> None:
    guard.install(())
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answers("203.0.114.1 127.0.0.1"), raising=False)
    assert (await post(poster, 80, "rebind.example")).error == guard.REFUSED


@pytest.mark.criterion("webhooks-18")
async def test_the_vetted_address_is_dialled_whatever_the_name_server_says_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first answer is allowed, the second is not: were the name looked up again to connect, the second would be dialled."""
    looked_up = []

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        looked_up.append(host)
        address = "127.0.0.1" if len(looked_up) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    guard.install(["127.0.0.1"])
    async with receiver(answering("200 OK")) as port:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)
        poster = Poster(timeout_seconds=2)
        reply = await post(poster, port, "rebind.example")
        await poster.close()
    assert (reply.status, reply.address) == (200, "127.0.0.1")
    assert looked_up.count("rebind.example") == 1


@pytest.mark.criterion("webhooks-18")
async def test_a_name_that_turns_special_later_is_refused_then(monkeypatch: pytest.MonkeyPatch) -> None:
    guard.install(["127.0.0.1"])
    resolver = GuardedResolver()
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answers("127.0.0.1", "127.0.0.2"), raising=False)
    assert [found["host"] for found in await resolver.resolve("rebind.example", 80)] == ["127.0.0.1"]
    with pytest.raises(guard.AddressRefused):
        await resolver.resolve("rebind.example", 80)


async def test_an_egress_proxy_gets_the_whole_address_and_is_not_judged_itself() -> None:
    guard.install(["203.0.113.0/24"])
    seen: list[tuple[dict[str, str], bytes]] = []
    async with receiver(answering("200 OK", seen=seen)) as port:
        poster = Poster(timeout_seconds=2, egress_proxy=f"http://user:word@127.0.0.1:{port}")
        reply = await poster.post("http://203.0.113.7/hooks", HEADERS, b"{}")
        await poster.close()
    assert reply.status == 200
    assert seen[0][0][""] == "POST http://203.0.113.7/hooks HTTP/1.1"
    assert seen[0][0]["proxy-authorization"].startswith("Basic ")


@pytest.mark.criterion("webhooks-18")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1"])
async def test_behind_an_egress_proxy_special_addresses_are_still_refused(host: str) -> None:
    guard.install(())
    async with receiver(answering("200 OK")) as port:
        poster = Poster(timeout_seconds=2, egress_proxy=f"http://127.0.0.1:{port}")
        reply = await post(poster, port, host)
        await poster.close()
    assert reply.error == guard.REFUSED


@pytest.mark.criterion("webhooks-12")
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_an_egress_proxy_that_is_away_is_our_own_fault(scheme: str) -> None:
    guard.install(["203.0.113.0/24"])
    poster = Poster(timeout_seconds=2, egress_proxy=f"http://127.0.0.1:{free_port()}")
    reply = await poster.post(f"{scheme}://203.0.113.7/hooks", HEADERS, b"{}")
    await poster.close()
    assert reply.error == "egress_proxy_failed"


async def test_an_egress_proxy_that_refuses_to_connect_is_our_own_fault() -> None:
    guard.install(["203.0.113.0/24"])
    async with receiver(answering("407 Proxy Authentication Required")) as port:
        poster = Poster(timeout_seconds=2, egress_proxy=f"http://127.0.0.1:{port}")
        reply = await poster.post("https://203.0.113.7/hooks", HEADERS, b"{}")
        await poster.close()
    assert reply.error == "egress_proxy_failed"


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_running_out_of_sockets_is_our_own_fault(number: int) -> None:
    assert posting._code(OSError(number, "no more")) == "out_of_sockets"
