"""Lines wait in memory and leave it only once they are in the database."""

from __future__ import annotations

from typing import Any, cast

import orjson
import pytest
from aiohttp.test_utils import make_mocked_request

from server.domain.actor import Actor
from server.domain.errors import Later
from server.services import custom_fields, keys, webhooks
from server.services.credentials import Credentials
from server.services.custom_fields import NewField
from server.services.keys import NewKey
from server.services.webhook_bodies import NewWebhook
from server.store import database, request_log
from server.web import request_log as module
from server.web.calls import Call
from server.web.passages import Passage
from server.web.request_log import RequestLog
from tests.server.web.calling import routes


def passage(own_id: str, actor: Actor | None = None, path: str = "/api/v1/contacts") -> Passage:
    found = Passage(make_mocked_request("GET", "/"), own_id, f"mine {own_id}", 0, path, "192.0.2.1")
    if actor is not None:
        found.actor = actor
    return found


def add(log: RequestLog, own_id: str, **more: Any) -> None:
    log.add(passage(own_id, **more), "list_contacts", 200, 1500, 42)


def flush(log: RequestLog, credentials: Credentials | None = None) -> None:
    with database.transaction():
        log.flush(credentials or Credentials())


def written() -> list[str]:
    return [row[0] for row in database.rows("SELECT id FROM request_log ORDER BY id")]


def test_a_line_says_who_asked_what_and_how_it_ended(alice: Actor) -> None:
    log = RequestLog()
    add(log, "a", actor=alice)
    add(log, "b")
    flush(log)
    first, second = request_log.page(None, None, {}, None, 9)[::-1]
    first.pop("at")
    assert first == {
        "id": "a", "tenant_id": alice.tenant_id, "mode": "live", "method": "GET", "route": "list_contacts", "path": "/api/v1/contacts", "status": 200,
        "duration_us": 1500, "actor_kind": "user", "actor_id": "usr_alice", "address": "192.0.2.1", "request_id": "mine a", "request_bytes": 0,
        "response_bytes": 42, "code": None, "limit_name": None, "limit_remaining": None, "limit_reset": None, "bodies": None,
    }  # fmt: skip
    assert (second["tenant_id"], second["mode"], second["actor_kind"], second["actor_id"]) == (None, None, None, None)


def test_lines_are_written_once(opened: str) -> None:
    log = RequestLog()
    add(log, "a")
    flush(log)
    add(log, "b")
    flush(log)
    assert written() == ["a", "b"]


def test_lines_of_a_write_that_failed_are_written_by_the_next(opened: str) -> None:
    log = RequestLog()
    add(log, "a")

    def fail() -> None:
        with database.transaction():
            log.flush(Credentials())
            add(log, "b")
            raise Later

    with pytest.raises(Later):
        fail()
    assert (written(), log.waiting) == ([], True)
    flush(log)
    assert (written(), log.waiting) == (["a", "b"], False)


def test_a_line_added_while_others_are_written_is_kept(opened: str) -> None:
    log = RequestLog()
    add(log, "a")
    with database.transaction():
        log.flush(Credentials())
        add(log, "b")
    assert (written(), log.waiting) == (["a"], True)
    flush(log)
    assert written() == ["a", "b"]


def test_when_too_many_wait_the_oldest_are_dropped_and_counted(opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    log = RequestLog()
    for name in "abcde":
        add(log, name)
    with database.transaction():
        log.flush(Credentials())
        add(log, "f")
    assert (written(), log.dropped) == (["c", "d", "e"], 3)
    flush(log)
    assert written() == ["c", "d", "e", "f"]


def test_a_path_that_no_database_takes_holds_up_no_line(opened: str) -> None:
    log = RequestLog()
    add(log, "a", path="/api/v1/\udcff\udcfe" + "x" * 1000)
    add(log, "b")
    flush(log)
    found = request_log.page(None, None, {}, None, 9)[-1]
    assert found["path"].startswith("/api/v1/\\udcff\\udcfe")
    assert len(found["path"]) < 600


def test_last_uses_of_keys_are_written_with_the_lines(alice: Actor) -> None:
    credentials = Credentials()
    made = keys.create(alice, NewKey(name="Key", scopes=["*"]))
    credentials.check(credentials.verify(made["key"]), "192.0.2.1")
    credentials.used["usr_alice"] = 1
    flush(RequestLog(), credentials)
    assert keys.get(alice, made["id"])["last_used_at"] is not None
    assert credentials.used == {}


def test_two_flushes_in_one_transaction_write_each_line_once_and_lose_none(opened: str) -> None:
    log = RequestLog()
    add(log, "a")
    with database.transaction():
        log.flush(Credentials())
        add(log, "b")
        log.flush(Credentials())
    assert written() == ["a", "b"]
    assert not log.waiting


def kept(wanted: str, status: int, document: Any, answered: bytes, route: str = "create_webhook", actor: Actor | None = None) -> Any:
    """Return what the log keeps of the bodies of a request."""
    log, seen = RequestLog(wanted), passage("a")
    seen.actor = actor or seen.actor
    seen.route = next(one for one in routes().routes if one.name == route)
    seen.call = Call(seen.route, seen.actor, {}, (), {}, "req_1", seen.request, cast("Any", None), document=document)
    log.add(seen, route, status, 1500, len(answered), answered)
    flush(log)
    (line,) = request_log.page(None, None, {}, None, 9)
    return orjson.loads(line["bodies"]) if line["bodies"] else None


def test_bodies_are_kept_where_that_is_asked_for_and_credentials_in_them_are_masked(opened: str) -> None:
    given = {"name": "Hook", "secret": "whsec_" + "a" * 32, "headers": {"Authorization": "Bearer abcdef123456"}}
    found = kept("all", 201, given, orjson.dumps({"id": "whk_1", "secret": "whsec_" + "b" * 32}))
    assert found["request"] == {"name": "Hook", "secret": "[redacted]", "headers": {"Authorization": "[redacted]"}}
    assert found["response"] == {"id": "whk_1", "secret": "[redacted]"}


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"first_name": "A", "custom": {"pan": "4111", "size": "m"}}, {"first_name": "A", "custom": {"pan": "[redacted]", "size": "m"}}),
        ({"operations": [{"body": {"custom": {"pan": "4111"}}}]}, {"operations": [{"body": {"custom": {"pan": "[redacted]"}}}]}),
        ({"custom": {"pan": None, "spanner": "4111"}}, {"custom": {"pan": None, "spanner": "4111"}}),
        ({"query": 'mutation($x: String!) {… {custom: {pan: "4111"}}}', "variables": {"x": "4111"}}, "[redacted]"),
    ],
)
def test_what_is_written_into_encrypted_fields_is_not_kept(alice: Actor, given: Any, left: Any) -> None:
    custom_fields.create(alice, "contacts", NewField(name="pan", type="encrypted"))
    assert kept("all", 201, given, b'{"id":"con_1"}', actor=alice) == {"request": left, "response": {"id": "con_1"}}


def test_what_was_revealed_is_not_kept(alice: Actor) -> None:
    answered = b'{"fields":{"pan":"4111"}}'
    assert kept("all", 200, {"fields": ["iban"]}, answered, "reveal_contact", alice) == {"request": {"fields": ["iban"]}, "response": None}


@pytest.mark.parametrize(
    ("wanted", "status", "route", "body"),
    [
        ("off", 500, "create_webhook", b"{}"),
        ("refused", 201, "create_webhook", b"{}"),
        ("all", 200, "issue_token", b'{"access_token":"x"}'),
        ("all", 200, "list_contacts", b"no JSON at all"),
        ("all", 200, "list_contacts", b"{" + b" " * 20_000 + b"}"),
    ],
)
def test_bodies_are_not_kept(opened: str, wanted: str, status: int, route: str, body: bytes) -> None:
    assert kept(wanted, status, None if route == "list_contacts" else {"name": "Hook"}, body, route) is None


def test_bodies_of_refused_requests_alone_are_kept_when_only_they_are_wanted(opened: str) -> None:
    assert kept("refused", 422, {"name": 1}, b'{"code":"validation_failed"}') == {"request": {"name": 1}, "response": {"code": "validation_failed"}}


def test_a_request_is_told_to_those_who_asked_for_exactly_that(alice: Actor, charlie: Actor) -> None:
    for actor, events in ((alice, ["APIRequestReceived"]), (charlie, ["*"])):
        webhooks.create(actor, NewWebhook(name="Watch", url="https://example.com/hook", events=events), most=10)
    log = RequestLog()
    add(log, "log_1", actor=alice)
    add(log, "log_2", actor=charlie)
    add(log, "log_3", actor=alice, path="/admin/v1/settings")
    flush(log)
    found = [orjson.loads(row[0])["data"]["record"] for row in database.rows("SELECT body FROM events WHERE type = 'api_request.received'")]
    assert [(one["id"], one["path"], one["status"], one["actor"]["id"]) for one in found] == [("log_1", "/api/v1/contacts", 200, "usr_alice")]
    assert database.rows("SELECT COUNT(*) FROM deliveries WHERE event_type = 'api_request.received'") == [(1,)]
