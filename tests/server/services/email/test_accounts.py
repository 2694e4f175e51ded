"""Mail accounts: filled in from what is known, secrets never shown, tokens renewed, servers found without calling anybody."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Later, Missing, Stale, Unprocessable
from server.outbound import exchangers, refreshing
from server.outbound.refreshing import Grant
from server.services.email import accounts
from server.services.email.accounts import AccountChange, Discovery, NewAccount
from server.system import clock

TOKENS = {"client_id": "c", "client_secret": "s", "refresh_token": "r1"}


def make(actor: Actor, **parts: Any) -> dict[str, Any]:
    usual = {"name": "Office", "address": "office@gmail.com", "password": "an application password"}
    return accounts.create(actor, NewAccount.model_validate({**usual, **parts}))


def test_a_known_provider_fills_in_the_servers_and_no_secret_is_ever_shown(alice: Actor, bob: Actor, charlie: Actor) -> None:
    made = make(alice)
    assert (made["provider"], made["smtp"]["host"], made["imap"]["port"], made["username"]) == ("google", "smtp.gmail.com", 993, "office@gmail.com")
    assert "an application password" not in repr(made)
    assert "an application password" not in repr(accounts.get(bob, made["id"]))
    with pytest.raises(Missing):
        accounts.get(charlie, made["id"])
    with pytest.raises(Denied):
        accounts.remove(bob, made["id"])
    changed = accounts.update(alice, made["id"], AccountChange(password="another one"))
    assert (changed["version"], accounts.opened(accounts.find(alice, made["id"]))["password"]) == (2, "another one")
    with pytest.raises(Stale):
        accounts.update(alice, made["id"], AccountChange(name="x"), version=1)
    accounts.remove(alice, made["id"])
    with pytest.raises(Missing):
        accounts.get(alice, made["id"])


@pytest.mark.parametrize(
    ("parts", "pointers"),
    [
        ({"address": "a@unknown.test"}, ["/smtp"]),
        ({"password": None}, []),
        ({"auth": "xoauth2"}, ["/client_id", "/refresh_token"]),
        ({"provider": "nobody"}, ["/provider"]),
        ({"smtp": {"host": "bad host", "port": 25}}, ["/smtp/host"]),
        ({"smtp": {"host": "mail.test", "port": 25, "security": "none"}}, ["/smtp/security"]),
    ],
)
def test_what_an_account_lacks_is_pointed_at(alice: Actor, parts: dict[str, Any], pointers: list[str]) -> None:
    if parts.get("password", "") is None:
        with pytest.raises(ValueError, match="cannot be empty"):
            make(alice, **parts)
        return
    with pytest.raises(Unprocessable) as caught:
        make(alice, **parts)
    assert [fault.pointer for fault in caught.value.faults] == pointers


@pytest.mark.criterion("email-10")
def test_a_token_is_renewed_before_it_ends_and_kept_until_then(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []

    def refresh(url: str, fields: dict[str, str]) -> Grant:
        asked.append({"url": url, **fields})
        return Grant(f"token-{len(asked)}", "r2", 3_600)

    monkeypatch.setattr(refreshing, "refresh", refresh)
    made = make(alice, auth="xoauth2", password="unused", **TOKENS)
    tokens = [accounts.peer(accounts.find(alice, made["id"])).token for _ in range(2)]
    assert tokens == ["token-1", "token-1"]
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 3_500_000)
    assert accounts.peer(accounts.find(alice, made["id"])).token == "token-2"
    assert [one["refresh_token"] for one in asked] == ["r1", "r2"], "a new refresh token replaces the old one"
    assert asked[0]["url"] == "https://oauth2.googleapis.com/token"


def test_servers_are_found_by_heart_by_announcement_or_by_exchanger(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def hosts(domain: str) -> list[str]:
        if domain == "away.test":
            raise Later("nobody answered", code="dns_failed")
        return ["aspmx.l.google.com"] if domain == "company.test" else ["mx.other.test"]

    announced = {"_submissions._tcp.srv.test": [("mail.srv.test", 465)], "_imaps._tcp.srv.test": [("mail.srv.test", 993)]}
    monkeypatch.setattr(exchangers, "hosts", hosts)
    monkeypatch.setattr(exchangers, "services", lambda name: announced.get(name, []))

    def found(domain: str) -> tuple[str | None, str | None]:
        shown = accounts.discover(alice, Discovery(address=f"a@{domain}"))
        return shown["source"], shown["smtp"] and shown["smtp"]["host"]

    assert found("gmail.com") == ("known_domain", "smtp.gmail.com")
    assert found("srv.test") == ("srv_record", "mail.srv.test")
    assert found("company.test") == ("exchanger", "smtp.gmail.com")
    assert found("other.test") == (None, None) == found("away.test")


def test_every_provider_is_listed(bob: Actor) -> None:
    assert {"google", "microsoft365", "fastmail"} <= {one["key"] for one in accounts.preset_list(bob)}
