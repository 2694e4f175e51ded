"""The courier: directly to the exchangers, policies obeyed, another transport where one fails, and the outcome told once."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.mail.mta_sts import Policy
from server.domain.mail.zone import Answer
from server.outbound import dns, refreshing
from server.outbound.refreshing import Grant
from server.services.email import accounts, transport_policies
from server.services.email.accounts import NewAccount
from server.services.email.courier import Courier
from server.services.email.doubts import Doubts
from server.system import clock
from tests.mailing import sending_settings, verified
from tests.peers.ports import free_port
from tests.peers.sink import Sink
from tests.server.services.email.bringing import Brought


@pytest.fixture(autouse=True)
def _world(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    verified(alice.tenant_id, "example.com")
    zone = {("customer.test", "MX"): Answer("found", ("10 mx.customer.test",)), ("mx.customer.test", "A"): Answer("found", ("127.0.0.1",))}
    monkeypatch.setattr(dns, "lookup", lambda name, kind: zone.get((name, kind), Answer("no_name")))
    monkeypatch.setattr(transport_policies, "policy_for", lambda _domain: None)


def test_directly_to_the_exchanger_with_the_tls_it_offers(alice: Actor, tmp_path: Path, sink: Callable[..., Sink]) -> None:
    box = sink("starttls")
    found = Brought(alice, tmp_path, ("direct",), {"email.mx_port": box.port}).outcome
    assert (found.accepted, found.source, found.host, found.verified) == (True, "direct", "mx.customer.test", False)
    assert found.tls is not None
    assert box.envelopes == [("alice@example.com", "bob@customer.test")]


@pytest.mark.criterion("email-17")
@pytest.mark.parametrize("hosts", [("mx.customer.test",), ("other.customer.test",)])
@pytest.mark.parametrize("kind", ["plain", "starttls"])
def test_an_enforced_policy_is_obeyed_rather_than_mail_delivered(
    alice: Actor, tmp_path: Path, sink: Callable[..., Sink], monkeypatch: pytest.MonkeyPatch, hosts: tuple[str, ...], kind: str
) -> None:
    box = sink(kind)
    monkeypatch.setattr(transport_policies, "policy_for", lambda _domain: Policy("enforce", hosts, 86_400))
    found = Brought(alice, tmp_path, ("direct",), {"email.mx_port": box.port}).outcome
    assert found.accepted is None
    assert box.raw == []


@pytest.mark.criterion("email-17")
@pytest.mark.parametrize(
    ("kind", "address"), [("starttls", "smtp://localhost:{}?starttls"), ("tls", "smtps://localhost:{}"), ("plain", "smtp://localhost:{}?starttls")]
)
def test_a_relay_whose_tls_nobody_vouches_for_gets_nothing(alice: Actor, tmp_path: Path, sink: Callable[..., Sink], kind: str, address: str) -> None:
    box = sink(kind)
    found = Brought(alice, tmp_path, ("relay",), {"email.relay": address.format(box.port)}).outcome
    assert (found.accepted, found.final, box.raw) == (None, False, [])


@pytest.mark.parametrize(("to", "reason"), [("bob@nowhere.test", "hostunknown")])
def test_a_domain_that_is_not_there_is_final(alice: Actor, tmp_path: Path, to: str, reason: str) -> None:
    found = Brought(alice, tmp_path, ("direct",), to=to).outcome
    assert (found.final, found.reason) == (True, reason)


def test_where_one_transport_fails_the_next_takes_the_message(alice: Actor, tmp_path: Path, sink: Callable[..., Sink]) -> None:
    box = sink("plain")
    server = {"host": "localhost", "port": free_port(), "security": "tls"}
    made = accounts.create(alice, NewAccount.model_validate({"name": "x", "address": "a@x.test", "password": "p", "smtp": server}))
    found = Brought(alice, tmp_path, (made["id"], "relay"), {"email.relay": f"smtp://127.0.0.1:{box.port}"})
    assert (found.outcome.accepted, found.outcome.source) == (True, "relay")
    assert [(one.source, one.reason) for one in found.outcome.before] == [(made["id"], "networkerror")], "and why the first did not is kept"


def test_a_refusal_is_no_reason_to_try_another_transport(alice: Actor, tmp_path: Path, sink: Callable[..., Sink]) -> None:
    box, other = sink("plain"), sink("plain")
    box.plan["bob@customer.test"] = ["550 5.1.1 No"]
    named = {"email.relay": f"smtp://127.0.0.1:{box.port}", "email.mx_port": other.port}
    found = Brought(alice, tmp_path, ("relay", "direct"), named).outcome
    assert (found.accepted, found.code, other.raw) == (False, 550, [])


def test_a_server_that_will_not_talk_is_no_verdict_on_the_recipient(alice: Actor, tmp_path: Path) -> None:
    found = Brought(alice, tmp_path, ("relay",), {"email.relay": f"smtp://127.0.0.1:{free_port()}"}).outcome
    assert (found.accepted, found.final, found.reason) == (None, False, "networkerror")


def test_without_any_transport_the_reason_is_told(alice: Actor, tmp_path: Path) -> None:
    assert "no transport" in Brought(alice, tmp_path, ()).outcome.text


@pytest.mark.criterion("email-10")
def test_a_queue_run_of_two_hours_goes_on_over_tokens_that_last_one(
    alice: Actor, tmp_path: Path, sink: Callable[..., Sink], certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, asked = sink("starttls"), list[str]()

    def refresh(_url: str, fields: dict[str, str]) -> Grant:
        asked.append(fields["refresh_token"])
        # The server takes no older one from now on.
        box.passwords = {"alice@example.com": f"token-{len(asked)}"}
        return Grant(f"token-{len(asked)}", f"refresh-{len(asked)}", 3_600)

    monkeypatch.setattr(refreshing, "refresh", refresh)
    server = {"host": "localhost", "port": box.port, "security": "starttls"}
    body = {"name": "x", "address": "alice@example.com", "auth": "xoauth2", "smtp": server, "client_id": "c", "refresh_token": "refresh-0"}
    made = accounts.create(alice, NewAccount.model_validate({**body, "token_url": "https://login.example.com/token"}))
    courier = Courier(
        sending_settings(tmp_path).email, "out.example.com", Doubts(1), context=lambda: ssl.create_default_context(cafile=str(certificate[0]))
    )
    with closing(courier), clock.frozen(clock.now_ms()) as held:
        began = held.at_ms
        for minutes in range(0, 125, 5):
            held.at_ms = began + minutes * 60_000
            found = Brought(alice, tmp_path, (made["id"],), courier=courier).outcome
            assert (found.accepted, found.source) == (True, made["id"]), f"after {minutes} minutes"
    assert asked == ["refresh-0", "refresh-1", "refresh-2"], "each time by the token that came with the last one"
    assert len(box.envelopes) == 25
