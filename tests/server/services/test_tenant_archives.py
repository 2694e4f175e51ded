"""A tenant leaves with everything that is its own, and nothing of it stays."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Conflict, Denied, Missing, Unauthenticated, Unprocessable
from server.services import accounts, keys, records, tenant_archives, tenants, users, webhooks
from server.services.credentials import Credentials
from server.services.keys import NewKey
from server.services.users import Invitation
from server.services.webhook_bodies import NewWebhook
from server.store import database, tenant_rows
from server.store import records as record_rows
from server.store import tenants as tenant_store
from server.system import clock
from server.web.passages import NOBODY
from tests.server.services.people import OPERATORS, audited, person

CONTACT = record_rows.by_noun()["contact"]


def furnish(owner: Actor) -> str:
    """Put something into many tables of a tenant and return a key of it."""
    for number in range(3):
        records.create(owner, CONTACT, {"first_name": f"Contact {number}", "external_ids": {"shop": str(number)}, "custom": {}})
    webhooks.create(owner, NewWebhook(name="Hook", url="https://example.com/hook", events=["*"], headers={"X-Secret": "header words"}), most=5)
    records.create(owner, CONTACT, {"first_name": "After the webhook"})
    person(owner.tenant_id, "owner", f"owner@{owner.tenant_id.replace('_', '')}.example.com")
    users.invite(owner, Invitation(email=f"new@{owner.tenant_id.replace('_', '')}.example.com"))
    return str(keys.create(owner, NewKey(name="Shop", scopes=["*"]))["key"])


def archive(tenant_id: str) -> list[dict[str, Any]]:
    """Return the lines of a tenant's archive."""
    return [orjson.loads(line) for line in b"".join(tenant_archives.export(OPERATORS, tenant_id)).splitlines()]


def left(tenant_id: str) -> dict[str, int]:
    """Return how many rows of a tenant each table holds, empty ones left out."""
    counts = {one.name: database.row(f"SELECT COUNT(*) FROM {one.name} WHERE tenant_id = ?", (tenant_id,)) for one in tenant_rows.tables()}  # noqa: S608 - names of tables
    return {name: row[0] for name, row in counts.items() if row and row[0]}


def test_an_archive_holds_everything_but_secrets(alice: Actor, charlie: Actor) -> None:
    key = furnish(alice)
    furnish(charlie)
    lines = archive(alice.tenant_id)
    assert (lines[0]["kind"], lines[1]["row"]["name"], lines[-1]["kind"]) == ("archive", "A", "end")
    kinds = {kind: [line["row"] for line in lines if line["kind"] == kind] for kind in {line["kind"] for line in lines[2:-1]}}
    assert {kind: len(rows) for kind, rows in kinds.items()} == lines[-1]["counts"]
    assert min(row["first_name"] for row in kinds["contact"]) == "After the webhook"
    assert {"contact", "user", "api_key", "webhook", "event", "delivery", "audit_entry"} <= set(kinds)
    assert kinds["event"][0]["body"]["data"]["record"]
    text = orjson.dumps(lines).decode()
    for secret in (key, "argon2", "digest", "header words", "whsec_", charlie.tenant_id):
        assert secret not in text
    assert {row["created_at"][-1] for row in kinds["contact"] + kinds["delivery"]} == {"Z"}


def test_an_archive_of_many_rows_comes_in_batches_and_misses_none(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenant_rows, "BATCH", 2)
    with clock.frozen(1_800_000_000_000):
        made = {records.create(alice, CONTACT, {"first_name": str(number)})["id"] for number in range(7)}
    lines = archive(alice.tenant_id)
    assert {line["row"]["id"] for line in lines if line["kind"] == "contact"} == made
    assert lines[-1]["counts"]["contact"] == 7


def test_deleting_needs_the_name(alice: Actor) -> None:
    for given in (None, "", "B"):
        with pytest.raises(Unprocessable) as caught:
            tenant_archives.delete(OPERATORS, alice.tenant_id, given)
        assert caught.value.stable_code == "confirmation_needed"
    assert tenants.get(OPERATORS, alice.tenant_id)["status"] == "active"


def test_nothing_of_a_deleted_tenant_stays_and_nothing_of_another_goes(alice: Actor, charlie: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenant_rows, "BATCH", 2)
    key = furnish(alice)
    furnish(charlie)
    theirs = left(charlie.tenant_id)
    assert len(left(alice.tenant_id)) >= 8
    tenant_archives.delete(OPERATORS, alice.tenant_id, "A")
    assert left(alice.tenant_id) == {}
    assert left(charlie.tenant_id) == theirs
    assert database.row("SELECT COUNT(*) FROM one_time_tokens WHERE user_id NOT IN (SELECT id FROM users)") == (0,)
    with pytest.raises(Missing):
        tenants.get(OPERATORS, alice.tenant_id)
    with pytest.raises(Unauthenticated):
        Credentials().verify(key)
    accounts.request_reset(NOBODY, f"owner@{alice.tenant_id.replace('_', '')}.example.com")
    progress = [entry for entry in audited("tenant.deletion_progressed") if "contacts" in entry[4]]
    assert [(entry[0], entry[4]) for entry in progress] == [("", '{"contacts":[4,0]}')]
    assert len(audited("tenant.deleted")) == 1


def test_a_deletion_that_was_cut_off_goes_on(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    key = furnish(alice)
    real = tenant_rows.delete_batch

    def failing(tenant_id: str, table: tenant_rows.TenantTable) -> int:
        if table.name == "webhooks":
            raise KeyboardInterrupt
        return real(tenant_id, table)

    monkeypatch.setattr(tenant_rows, "delete_batch", failing)
    with pytest.raises(KeyboardInterrupt):
        tenant_archives.delete(OPERATORS, alice.tenant_id, "A")
    monkeypatch.undo()
    with pytest.raises(Unauthenticated):
        Credentials().verify(key)
    assert tenants.get(OPERATORS, alice.tenant_id)["status"] == "deleting"
    with pytest.raises(Conflict):
        tenants.resume(OPERATORS, alice.tenant_id)
    assert tenant_archives.resume(OPERATORS) == 1
    assert tenant_archives.resume(OPERATORS) == 0
    assert left(alice.tenant_id) == {}
    assert tenant_store.find(alice.tenant_id) is None


def test_only_operators_export_and_delete(alice: Actor) -> None:
    for act in (
        lambda: tenant_archives.export(alice, alice.tenant_id),
        lambda: tenant_archives.delete(alice, alice.tenant_id, "A"),
        lambda: tenant_archives.resume(alice),
    ):
        with pytest.raises(Denied):
            act()
    with pytest.raises(Missing):
        tenant_archives.export(system_actor(""), "ten_nobody")
