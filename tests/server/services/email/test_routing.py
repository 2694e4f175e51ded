"""By which transports a message leaves, and who takes the mail of its domain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Later, Skip
from server.domain.mail.zone import Answer
from server.outbound import dns
from server.services.email import routing, streams
from server.services.email.streams import StreamChange
from server.store import email_sites
from tests.mailing import sending_settings


def plan(actor: Actor, folder: Path, named: dict[str, Any], **parts: Any) -> tuple[str, ...]:
    message = {
        "tenant_id": actor.tenant_id,
        "mode": "live",
        "stream": "transactional",
        "account_id": None,
        "tracking": None,
        "personal": 0,
        "origin": "api",
        **parts,
    }
    return routing.plan(message, sending_settings(folder, **named).email).transports


def test_an_account_comes_before_a_stream_and_that_before_the_appliance(alice: Actor, tmp_path: Path) -> None:
    relay = {"email.relay": "smtp://127.0.0.1:25"}
    assert plan(alice, tmp_path, {}) == ("direct",)
    assert plan(alice, tmp_path, relay) == ("relay",)
    assert plan(alice, tmp_path, {"email.direct": False}) == ()
    assert plan(alice, tmp_path, relay, mode="test") == ("sandbox",)
    row = streams.ensure(alice.tenant_id, alice.mode, "transactional")
    streams.update(alice, row["id"], StreamChange(transports=["direct", "relay"]))
    assert plan(alice, tmp_path, relay) == ("direct", "relay")
    assert plan(alice, tmp_path, relay, account_id="acc_1") == ("acc_1",)


def test_a_domain_is_asked_for_once_an_hour_and_a_silent_server_soon_again(opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    zone = {"company.test": Answer("found", ("1 aspmx.l.google.com",)), "away.test": Answer("failed", reason="late")}

    def lookup(name: str, _kind: str) -> Answer:
        asked.append(name)
        return zone.get(name, Answer("no_name"))

    monkeypatch.setattr(dns, "lookup", lookup)
    assert {routing.site_of("company.test").site for _ in range(3)} == {"google"}
    for _ in range(2):
        with pytest.raises(Later):
            routing.site_of("away.test")
        with pytest.raises(Skip):
            routing.site_of("gone.test")
    assert asked == ["company.test", "away.test", "gone.test"]
    known = email_sites.find("company.test")
    assert known is not None
    assert known.hosts == ["aspmx.l.google.com"]
