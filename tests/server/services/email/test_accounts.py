"""Mail accounts: filled in from what is known, secrets never shown, tokens renewed, servers found without calling anybody."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing, Stale, Unprocessable
from server.outbound import refreshing
from server.outbound.refreshing import Grant
from server.services.email import accounts
from server.services.email.accounts import AccountChange, NewAccount
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


def test_a_server_whose_security_is_left_unsaid_speaks_tls(alice: Actor) -> None:
    made = make(alice, address="a@unknown.test", smtp={"host": "mail.unknown.test", "port": 465})
    assert made["smtp"]["security"] == "tls"
    assert accounts.peer(accounts.find(alice, made["id"])).security == "tls"


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


@pytest.mark.parametrize(
    ("parts", "endpoint"),
    [
        ({"provider": "sendgrid"}, "https://api.sendgrid.com"),
        ({"provider": "ses", "username": "AKIAEXAMPLE", "api": {"region": "eu-west-1"}}, "https://email.eu-west-1.amazonaws.com"),
        ({"provider": "mailgun", "api": {"region": "eu", "domain": "mail.test"}}, "https://api.eu.mailgun.net"),
        ({"provider": "mailgun", "api": {"domain": "mail.test", "endpoint": "https://mail.example.com/mg/"}}, "https://mail.example.com/mg"),
    ],
)
def test_an_account_hands_mail_to_a_provider_by_a_key_that_is_never_shown(alice: Actor, parts: dict[str, Any], endpoint: str) -> None:
    made = make(alice, auth="api_key", password="a provider's key", **parts)
    assert (made["auth"], made["smtp"], made["has_secret"]) == ("api_key", None, True)
    assert {name: value for name, value in made["api"].items() if value} == parts.get("api", {})
    assert "a provider's key" not in repr(made)
    row = accounts.usable(alice, made["id"])
    found = accounts.api_account(row)
    assert found is not None
    assert (found.endpoint, found.key) == (endpoint, "a provider's key")
    changed = accounts.update(alice, made["id"], AccountChange(password="another key"))
    assert changed["api"] == made["api"]


@pytest.mark.parametrize(
    ("parts", "pointers"),
    [
        ({"provider": "fastmail"}, ["/provider"]),
        ({"provider": "ses"}, ["/api/region"]),
        ({"provider": "ses", "api": {"region": "eu-west-1"}}, ["/username"]),
        ({"provider": "mailgun"}, ["/api/domain"]),
        ({"provider": "sendgrid", "imap": {"host": "imap.test", "port": 993}}, ["/imap"]),
        ({"provider": "sendgrid", "api": {"endpoint": "ftp://mail.test"}}, []),
    ],
)
def test_what_a_providers_api_lacks_is_pointed_at(alice: Actor, parts: dict[str, Any], pointers: list[str]) -> None:
    with pytest.raises(Unprocessable) as caught:
        make(alice, auth="api_key", **parts)
    assert [fault.pointer for fault in caught.value.faults if fault.pointer != "/url"] == pointers
