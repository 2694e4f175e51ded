"""Processes that renew a token and are killed in the middle, at a line of ours that is chosen beforehand."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson

from server.outbound.vendors.tokens import Token
from server.outbound.vendors.values import NeedsUser
from server.services import vaults
from server.services.syncing.leases import TokenKeeper
from server.store import database
from server.system.crypto import Vault
from tests.tenants import MASTER_KEY

_OURS: Final = str(Path(__file__).parents[4] / "server")


class Nursery:
    """A process that knows no database, whose children each renew a token once."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe

    def renew(self, dies_at: int | None) -> int:
        """Have a child renew the token; killed at a line when one is named. Returns how many lines of ours it ran."""
        self._pipe.send(dies_at)
        found: int = self._pipe.recv()
        return found


@contextmanager
def nursery(url: str, address: str, tenant_id: str, credential_id: str) -> Iterator[Nursery]:
    """Run a nursery within the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, url, address, tenant_id, credential_id), daemon=True)
    process.start()
    try:
        yield Nursery(ours)
    finally:
        process.kill()
        process.join(10)


def _serve(pipe: Any, *place: str) -> None:
    while True:
        dies_at, (reading, writing) = pipe.recv(), os.pipe()
        child = os.fork()
        if not child:
            os.write(writing, b"%d" % _renew(dies_at, *place))
            os._exit(0)
        os.close(writing)
        os.waitpid(child, 0)
        pipe.send(int(os.read(reading, 20) or 0))
        os.close(reading)


def _renew(dies_at: int | None, url: str, address: str, tenant_id: str, credential_id: str) -> int:
    """Renew the token here, and be killed at the line that was chosen; returns how many lines there were."""
    lines = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal lines
        if not frame.f_code.co_filename.startswith(_OURS):
            return None
        if event == "line":
            lines += 1
            if lines == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    vaults.install(Vault({1: MASTER_KEY}, 1))
    database.open_database(url)
    keeper = TokenKeeper(tenant_id, "live", credential_id, lambda secret: ask(address, secret), lambda _: None)
    sys.settrace(trace)
    keeper.secret()
    sys.settrace(None)
    return lines


def ask(address: str, secret: Mapping[str, Any]) -> Token:
    """Ask a token's address on loopback. Raises NeedsUser where it refuses."""
    sent = Request(address, data=secret["refresh_token"].encode())  # noqa: S310 - our own server on loopback
    try:
        with urlopen(sent, timeout=20) as reply:  # noqa: S310 - as above
            found = orjson.loads(reply.read())
    except HTTPError as error:
        raise NeedsUser("invalid_grant", code="reauthorisation_needed") from error
    return Token(found["access"], found["refresh"], 3600)
