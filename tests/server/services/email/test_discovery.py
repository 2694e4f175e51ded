"""Servers of an address are found without calling any of them."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Later
from server.outbound import exchangers
from server.services.email import discovery
from server.services.email.discovery import Discovery
from tests.peers.nsd import NameServer


def test_servers_are_found_by_heart_by_announcement_or_by_exchanger(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def hosts(domain: str) -> list[str]:
        if domain == "away.test":
            raise Later("nobody answered", code="dns_failed")
        return ["aspmx.l.google.com"] if domain == "company.test" else ["mx.other.test"]

    announced = {"_submissions._tcp.srv.test": [("mail.srv.test", 465)], "_imaps._tcp.srv.test": [("mail.srv.test", 993)]}
    monkeypatch.setattr(exchangers, "hosts", hosts)
    monkeypatch.setattr(exchangers, "services", lambda name: announced.get(name, []))

    def found(domain: str) -> tuple[str | None, str | None]:
        shown = discovery.discover(alice, Discovery(address=f"a@{domain}"))
        return shown["source"], shown["smtp"] and shown["smtp"]["host"]

    assert found("gmail.com") == ("known_domain", "smtp.gmail.com")
    assert found("srv.test") == ("srv_record", "mail.srv.test")
    assert found("company.test") == ("exchanger", "smtp.gmail.com")
    assert found("other.test") == (None, None) == found("away.test")


def test_a_real_name_server_announces_services(alice: Actor, name_server: NameServer) -> None:
    lines = "_submission._tcp IN SRV 0 1 587 mail.srv.test.\n_imaps._tcp IN SRV 9 1 993 old.srv.test.\n_imaps._tcp IN SRV 0 1 9993 imap.srv.test."
    name_server.serve({"srv.test": lines})
    shown = discovery.discover(alice, Discovery(address="ann@srv.test"))
    assert (shown["source"], shown["pop3"]) == ("srv_record", None)
    assert shown["smtp"] == {"host": "mail.srv.test", "port": 587, "security": "starttls"}
    assert shown["imap"] == {"host": "imap.srv.test", "port": 9993, "security": "tls"}


def test_every_provider_is_listed(bob: Actor) -> None:
    assert {"google", "microsoft365", "fastmail"} <= {one["key"] for one in discovery.preset_list(bob)}
