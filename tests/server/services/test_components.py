"""Every part of the appliance says how it is, with the figures behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied
from server.services import components, outbox, webhooks
from server.services.webhook_bodies import NewWebhook
from server.store import database
from server.system import clock, master_key, tls
from server.system.settings import Settings, load

OPERATOR = system_actor("")
NOW = 1_900_000_000_000


def settings(folder: Path, **given: Any) -> Settings:
    """Return the settings of a folder with a master key in it."""
    found = load(folder, environ={}, overrides={name.replace("__", "."): value for name, value in given.items()})
    key = master_key.locate(found)
    if not key.exists():
        key.create()
    return found


def component(name: str, found: Settings) -> dict[str, Any]:
    """Return one component of the report."""
    return next(one for one in components.report(OPERATOR, found)["components"] if one["name"] == name)


@pytest.mark.usefixtures("opened")
def test_a_report_is_as_bad_as_its_worst_part(tmp_path: Path) -> None:
    found = components.report(OPERATOR, settings(tmp_path))
    assert [one["name"] for one in found["components"]] == list(components.COMPONENTS)
    assert (found["object"], found["state"]) == ("health", "failing")
    components.beat()
    assert components.report(OPERATOR, settings(tmp_path))["state"] == "warning"
    key = master_key.locate(settings(tmp_path))
    key.confirm(key.rotate().recovery_code)
    assert components.report(OPERATOR, settings(tmp_path))["state"] == "ok"
    components.HealthView.model_validate(components.report(OPERATOR, settings(tmp_path)))


@pytest.mark.usefixtures("opened")
def test_a_worker_is_missed_when_it_falls_silent_and_not_when_it_leaves(tmp_path: Path) -> None:
    with clock.frozen(NOW) as held:
        components.beat("one")
        components.beat("two")
        held.advance(30_001)
        components.beat("one")
        found = component("worker", settings(tmp_path))
        assert (found["state"], found["figures"]["silent"], found["figures"]["alive"]) == ("failing", ["two"], 1)
        components.leave("two")
        assert component("worker", settings(tmp_path))["state"] == "ok"
        held.advance(86_400_001)
        assert component("worker", settings(tmp_path))["detail"].startswith("No worker")


def owe(alice: Actor, state: str = "pending", due_at: int = NOW, lease: str | None = None) -> str:
    """Owe one delivery to a new webhook of alice's and return the webhook's id."""
    with clock.frozen(NOW):
        hook = webhooks.create(alice, NewWebhook(name="Hook", url="https://example.com/h", events=["contact.*"]), most=99)["id"]
    number = (database.row("SELECT COUNT(*) FROM deliveries") or (0,))[0]
    database.run(
        "INSERT INTO deliveries (id, tenant_id, mode, webhook_id, event_id, event_type, state, due_at, created_at, lease)"
        " VALUES (?, ?, 'live', ?, ?, 'contact.created', ?, ?, ?, ?)",
        (f"dlv_{number}", alice.tenant_id, hook, f"evt_{number}", state, due_at, NOW, lease),
    )
    return str(hook)


@pytest.mark.criterion("webhooks-25")
def test_a_delivery_that_nobody_works_on_is_stuck_after_a_minute(alice: Actor, tmp_path: Path) -> None:
    owe(alice)
    for state in ("held", "dead", "dead"):
        owe(alice, state)
    with clock.frozen(NOW + 60_000) as held:
        found = component("queue", settings(tmp_path))
        assert (found["state"], found["figures"]["pending"], found["figures"]["held"], found["figures"]["dead"]) == ("ok", 1, 1, 2)
        held.advance(1)
        found = component("queue", settings(tmp_path))
        assert (found["state"], found["figures"]["oldest_due_seconds"]) == ("failing", 60)


def test_a_slow_receiver_a_retry_a_pause_a_throttle_and_a_backlog_that_shrinks_are_no_stuck_queue(alice: Actor, tmp_path: Path) -> None:
    slow = owe(alice)
    database.run(
        "INSERT INTO deliveries (id, tenant_id, mode, webhook_id, event_id, event_type, state, due_at, created_at, lease)"
        " VALUES ('dlv_flying', ?, 'live', ?, 'evt_flying', 'contact.created', 'pending', ?, ?, 'lease_1')",
        (alice.tenant_id, slow, NOW + 310_000, NOW),
    )
    owe(alice, due_at=NOW + 3_600_000)
    database.run("UPDATE webhooks SET parked_until = ? WHERE id = ?", (NOW + 3_600_000, owe(alice)))
    database.run("UPDATE webhooks SET throttled_until = ? WHERE id = ?", (NOW + 3_600_000, owe(alice)))
    database.run("UPDATE webhooks SET last_triggered = ? WHERE id = ?", (NOW + 299_000, owe(alice)))
    with clock.frozen(NOW + 300_000):
        assert component("queue", settings(tmp_path))["state"] == "ok"


@pytest.mark.usefixtures("opened")
def test_too_little_room_on_the_disk_is_told(tmp_path: Path) -> None:
    assert component("disk", settings(tmp_path))["state"] == "ok"
    assert component("disk", settings(tmp_path, storage__minimum_free_bytes=2**50))["state"] == "failing"


@pytest.mark.usefixtures("opened")
def test_a_certificate_is_told_of_before_it_ends(tmp_path: Path) -> None:
    assert component("certificate", settings(tmp_path))["state"] == "off"
    found = settings(tmp_path, server__tls="self-signed")
    assert component("certificate", found)["state"] == "failing"
    path, key = tls.certificate_files(found)
    tls.create_self_signed(path, key, ["localhost"])
    assert component("certificate", found)["state"] == "ok"
    now = clock.now_ms()
    for days, state in ((tls.DAYS - 13, "warning"), (tls.DAYS + 1, "failing")):
        with clock.frozen(now + days * 86_400_000):
            assert component("certificate", found)["state"] == state


@pytest.mark.usefixtures("opened")
def test_mail_that_could_not_be_sent_is_told(tmp_path: Path) -> None:
    assert component("mail", settings(tmp_path))["state"] == "off"
    given = {"mail__system_smtp": "smtp://mail.example.com", "mail__system_from": "a@example.com"}
    assert component("mail", settings(tmp_path, **given))["state"] == "ok"
    outbox.queue("mail", "alert", {}, useful_ms=1000)
    database.run("UPDATE outbox SET state = 'failed'")
    assert component("mail", settings(tmp_path, **given))["state"] == "warning"


def test_only_operators_see_it(alice: Actor, tmp_path: Path) -> None:
    with pytest.raises(Denied):
        components.report(alice, settings(tmp_path))
