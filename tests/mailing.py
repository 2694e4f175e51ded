"""Mail of tenants in tests: a verified domain to send from, settings that lead to a sink, and a sender that runs."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.main.maildoor import opened
from server.services import vaults, wakes
from server.services.email import messages, signing
from server.services.email.messages import NewMessage
from server.store import database, dkim_keys, sending_domains
from server.system import clock, ids
from server.system import dkim_keys as key_pairs
from server.system import settings as loading
from server.system.settings import Settings
from server.web.execution import Execution
from server.worker.mail import MailSender
from tests.peers.ports import free_port

_PAIRS: dict[str, key_pairs.KeyPair] = {}


def verified(tenant_id: str, name: str, *, mode: str = "live", algorithm: str = "ed25519-sha256") -> None:
    """Give a tenant a verified domain with one active key."""
    if algorithm not in _PAIRS:
        _PAIRS[algorithm] = key_pairs.new(algorithm)
    pair, domain_id, key_id = _PAIRS[algorithm], ids.new_id("dom"), ids.new_id("dkm")
    row = {"id": domain_id, "name": name, "status": "verified", "findings": "[]", "verified_at": 1, "due_at": 0}
    key = {"id": key_id, "domain_id": domain_id, "selector": "s1", "algorithm": algorithm, "public": pair.public, "created_at": 0}
    private = vaults.vault().seal(pair.private, signing.CONTEXT + key_id)
    with database.transaction():
        sending_domains.insert(tenant_id, mode, {**row, "version": 1, "created_at": 0, "updated_at": 0})
        dkim_keys.insert(tenant_id, mode, {**key, "private": private, "state": "active", "activated_at": clock.now_ms()})


def submit(actor: Actor, settings: Settings, **parts: Any) -> dict[str, Any]:
    """Take a message in; what is not given is something usual."""
    usual = {"from": "Alice <alice@example.com>", "to": ["bob@customer.test"], "subject": "Hello", "text": "Hello there\n"}
    return messages.create(actor, NewMessage.model_validate(usual | parts), settings.email)


def sending_settings(folder: Path, **named: Any) -> Settings:
    """Return settings of an appliance that may speak to loopback."""
    return loading.load(folder, {}, {"email.helo_name": "out.example.com", "email.threads": 3, **named})


def states(actor: Actor, message_id: str) -> list[str]:
    """Return how a message stands with each of its recipients."""
    return [one["state"] for one in messages.get(actor, message_id)["recipients"]]


def happened(actor: Actor, message_id: str) -> list[dict[str, Any]]:
    """Return what happened to a message."""
    return messages.history(actor, message_id, None, 100)[0]


@pytest.fixture
def sender() -> Iterator[Callable[[Settings], MailSender]]:
    """Return a function that starts a sender of mail; it is stopped at the end."""
    running: list[MailSender] = []

    def start(settings: Settings) -> MailSender:
        running.append(MailSender(settings))
        running[-1].start()
        wakes.install(lambda kind: running[-1].wake() if kind == "email" else None)
        return running[-1]

    yield start
    for one in running:
        one.stop()


@contextmanager
def listening(listen: Callable[[Execution, socket.socket], Awaitable[asyncio.Server]]) -> Iterator[int]:
    """Answer mail in a thread of its own, on the port that is yielded; `listen` makes the server of a socket."""
    number, ready, done, loop = free_port(), threading.Event(), asyncio.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        execution = Execution(threads=2, window_ms=0)
        server = await listen(execution, opened(f"127.0.0.1:{number}"))
        ready.set()
        await done.wait()
        server.close()
        await execution.close()

    def run() -> None:
        loop.run_until_complete(serve())
        database.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(5)
    yield number
    loop.call_soon_threadsafe(done.set)
    thread.join()
    loop.close()
