"""The mail door opens where it is told to, with TLS of its own where there is none, and several processes share it."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from pathlib import Path

import pytest

from server.main import maildoor
from server.services.credentials import Credentials
from server.system.tls import Renewals
from server.web.execution import Execution
from tests.mailing import sending_settings
from tests.peers.ports import free_port


@pytest.mark.asyncio
async def test_it_stays_shut_unless_it_is_told_where_to_listen(tmp_path: Path) -> None:
    execution = Execution(threads=1, window_ms=0)
    assert await maildoor.submission(sending_settings(tmp_path), Credentials(), execution, Renewals()) is None
    await execution.close()


@pytest.mark.asyncio
async def test_it_offers_tls_although_http_has_none(tmp_path: Path) -> None:
    port, execution = free_port(), Execution(threads=1, window_ms=0)
    settings = sending_settings(tmp_path, **{"email.submission_listen": f"127.0.0.1:{port}"})
    server = await maildoor.submission(settings, Credentials(), execution, Renewals())
    assert server is not None
    assert await asyncio.to_thread(_encrypts, port)
    server.close()
    await execution.close()


def _encrypts(port: int) -> bool:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        return client.starttls(context=context)[0] == 220


def test_two_processes_may_listen_at_one_place() -> None:
    address = f"127.0.0.1:{free_port()}"
    with maildoor.opened(address) as one, maildoor.opened(address) as other:
        assert one.getsockname() == other.getsockname()
