"""Every change is one event, one audit entry and one delivery per matching webhook, together or not at all."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.actor import Actor
from server.domain.events import catalogue, matches
from server.services import audit_chain, events, wakes, webhooks
from server.services.webhook_bodies import NewWebhook
from server.store import database
from server.system import clock
from tests.house import source
from tests.tenants import TENANT_A, TENANT_B

PATTERNS = (
    "*",
    "contact.*",
    "contact.created",
    "webhook.*",
    "webhook.triggered",
    "api_request.received",
    "SalesforceLeadCreated",
    "HubSpotContactCreated",
)
TYPES = ("contact.created", "contact.deleted", "deal.created", "lead.pushed", "webhook.triggered", "webhook.created", "api_request.received")


def subscribe(actor: Actor, *patterns: str, active: bool = True) -> str:
    """Make a webhook, and forget the event that tells of it."""
    body = NewWebhook(name="Hook", url="http://127.0.0.1:9/", events=list(patterns), active=active)
    webhook_id: str = webhooks.create(actor, body, most=100)["id"]
    forget("events", "deliveries")
    return webhook_id


def forget(*tables: str) -> None:
    """Empty tables, and the audit trail, which only its own chain can empty."""
    for table in tables:
        database.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the tests
    for tenant_id in (TENANT_A, TENANT_B):
        audit_chain.erase_tenant(tenant_id)


def emit(actor: Actor, event_type: str = "contact.created", object_id: str = "con_1", **more: Any) -> str:
    with database.transaction():
        return events.emit(actor, event_type, object_id, **more)


def counts() -> tuple[int, int, int]:
    row = database.row("SELECT (SELECT COUNT(*) FROM events), (SELECT COUNT(*) FROM audit), (SELECT COUNT(*) FROM deliveries)")
    assert row is not None
    return row[0], row[1], row[2]


def owed() -> dict[str, str]:
    """Return the state of what each webhook is owed."""
    return dict(database.rows("SELECT webhook_id, state FROM deliveries"))


def test_an_event_says_what_changed_in_the_shape_that_is_sent(alice: Actor) -> None:
    with clock.frozen(1_795_176_000_123):
        event_id = emit(alice, "contact.updated", changes={"email": [None, "a@b.c"]}, record={"id": "con_1", "name": "Ä"})
    row = database.row("SELECT body, type, object, object_id, created_at FROM events WHERE id = ?", (event_id,))
    assert row is not None
    assert row[1:] == ("contact.updated", "contact", "con_1", 1_795_176_000_123)
    body = orjson.loads(bytes(row[0]))
    assert body.pop("api_version")
    data = {"object": "contact", "id": "con_1", "action": "updated", "changes": {"email": [None, "a@b.c"]}, "record": {"id": "con_1", "name": "Ä"}}
    assert body == {
        "id": event_id,
        "type": "contact.updated",
        "timestamp": "2026-11-20T12:00:00.123Z",
        "created": 1_795_176_000,
        "tenant_id": alice.tenant_id,
        "data": data,
    }


def test_the_audit_trail_says_who_and_may_say_more_than_the_event(alice: Actor) -> None:
    emit(alice, changes={"a": [1, 2]}, audited={"b": [3, 4]})
    assert database.rows("SELECT tenant_id, mode, actor_kind, actor_id, action, object_id, changes, address, request_id FROM audit") == [
        (alice.tenant_id, "live", "user", "usr_alice", "contact.created", "con_1", '{"b":[3,4]}', "192.0.2.1", "req_1")
    ]


def test_every_matching_webhook_is_owed_once_and_no_other(alice: Actor) -> None:
    wanting = [subscribe(alice, "*"), subscribe(alice, "contact.*", "contact.created")]
    subscribe(alice, "deal.*")
    subscribe(alice, "HubSpotContactCreated")
    emit(alice)
    assert owed() == dict.fromkeys(wanting, "pending")
    assert counts() == (1, 1, 2)


def test_what_an_installation_does_says_so_and_is_owed_to_the_name_of_its_vendor(alice: Actor) -> None:
    wanting = subscribe(alice, "HubSpotContactCreated")
    subscribe(alice, "SalesforceLeadCreated")
    emit(replace(alice, kind="system", id="ins_1", integration="hubspot"))
    assert owed() == {wanting: "pending"}
    assert orjson.loads(database.rows("SELECT body FROM events")[0][0])["data"]["origin"] == {"integration": "hubspot", "installation_id": "ins_1"}


def test_a_paused_webhook_is_owed_what_it_misses(alice: Actor) -> None:
    active, paused = subscribe(alice, "*"), subscribe(alice, "*", active=False)
    emit(alice)
    assert owed() == {active: "pending", paused: "held"}


def test_no_webhook_hears_of_itself(alice: Actor) -> None:
    own, other = subscribe(alice, "*", "webhook.triggered"), subscribe(alice, "webhook.triggered")
    emit(alice, "webhook.triggered", own)
    assert owed() == {other: "pending"}


def test_tenants_and_modes_hear_nothing_of_each_other(alice: Actor, charlie: Actor) -> None:
    for actor in (charlie, replace(alice, mode="test")):
        subscribe(actor, "*")
    emit(alice)
    assert counts() == (1, 1, 0)


def test_what_was_undone_leaves_no_event_no_entry_and_wakes_nobody(alice: Actor) -> None:
    subscribe(alice, "*")
    woken: list[str] = []
    wakes.install(woken.append)

    def fail() -> None:
        events.emit(alice, "contact.created", "con_1")
        raise ValueError

    with pytest.raises(ValueError), database.transaction():
        fail()
    assert (counts(), woken) == ((0, 0, 0), [])


def test_the_worker_is_woken_once_per_commit_and_only_when_something_is_owed(alice: Actor) -> None:
    woken: list[str] = []
    wakes.install(woken.append)
    emit(alice)
    assert woken == []
    subscribe(alice, "*")
    woken.clear()
    with database.transaction():
        for number in range(3):
            events.emit(alice, "contact.created", f"con_{number}")
        assert woken == []
    assert woken == ["deliveries"]


def test_an_act_that_is_no_event_is_in_the_audit_trail_alone(alice: Actor) -> None:
    subscribe(alice, "*")
    events.record_audit(alice, "export.downloaded", "exp_1")
    assert counts() == (0, 1, 0)
    assert database.rows("SELECT object, object_id, changes FROM audit") == [("export", "exp_1", None)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hooks=st.lists(st.tuples(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3, unique=True), st.booleans()), max_size=4),
    types=st.lists(st.sampled_from(TYPES), min_size=1, max_size=4),
)
def test_events_entries_and_deliveries_always_add_up(alice: Actor, hooks: list[tuple[list[str], bool]], types: list[str]) -> None:
    forget("webhooks", "events", "deliveries")
    made = [(subscribe(alice, *patterns, active=active), patterns) for patterns, active in hooks]
    for event_type in types:
        emit(alice, event_type)
    wanted = sum(matches(NewWebhook(name="x", url="x", events=patterns).events, event_type, {}) for _, patterns in made for event_type in types)
    assert counts() == (len(types), len(types), wanted)
    assert database.rows("SELECT 1 FROM deliveries GROUP BY event_id, webhook_id HAVING COUNT(*) > 1") == []


def test_every_type_that_a_service_names_is_in_the_catalogue() -> None:
    nouns = {name.partition(".")[0] for name in catalogue()}
    named = {
        node.value
        for module in source.modules("server")
        if str(module.path) in {"server/services/webhooks.py", "server/services/keys.py", "server/services/users.py"}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.partition(".")[0] in nouns and node.value.count(".") == 1
    }
    assert {name for name in named if name.rpartition(".")[2].endswith("ed")} >= {"webhook.created", "api_key.revoked"}
    assert [name for name in sorted(named) if name not in catalogue() and name.endswith("ed") and name not in AUDITED_ONLY] == []


# Acts that are recorded, and are no events of a tenant.
AUDITED_ONLY = {"api_key.updated", "upload.cancelled", "upload.created", "upload.renewed", "user.invited"}
