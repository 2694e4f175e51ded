"""Operators are told once when something fails, and once when it has recovered: by mail and by signed post."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from server.domain.actor import system_actor
from server.services import alerts, components, events, health, mails, webhooks
from server.services.webhook_bodies import NewWebhook
from server.store import database
from server.system import clock
from server.system.settings import Settings, load
from server.worker.schedule import TASKS
from tests.peers.listener import Listener
from tests.peers.smtp import Mailbox
from tests.server.services.people import mailed
from tests.tenants import TENANT_A

pytestmark = pytest.mark.usefixtures("opened")
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
NOW = 1_900_000_000_000


def settings(folder: Path, **given: Any) -> Settings:
    """Return settings with somebody to tell, and these besides."""
    overrides = {"alerts.mail_to": "op@example.com", "mail.system_from": "Junction <junction@example.com>"}
    return load(folder, environ={}, overrides={**overrides, **{name.replace("__", "."): value for name, value in given.items()}})


def test_each_alert_and_each_recovery_is_told_once(tmp_path: Path) -> None:
    well, ill = settings(tmp_path), settings(tmp_path, storage__minimum_free_bytes=2**50)
    components.beat()
    assert alerts.check_alerts(well) == []
    assert alerts.check_alerts(ill) == ["disk: failing"]
    assert alerts.check_alerts(ill) == []
    assert alerts.check_alerts(well) == ["disk: ok"]
    assert alerts.check_alerts(well) == []
    assert alerts.check_alerts(ill) == ["disk: failing"]
    assert sorted((mail["to"], mail["values"]["recovered"]) for mail in mailed()) == [
        ("op@example.com", False),
        ("op@example.com", False),
        ("op@example.com", True),
    ]


@pytest.mark.criterion("webhooks-25")
def test_a_stuck_queue_is_told_within_half_a_minute_while_the_api_stays_ready(tmp_path: Path) -> None:
    assert all(task.every_seconds <= 10 for task in TASKS if task.name in {"alerts", "gauges"})
    given = settings(tmp_path)
    with clock.frozen(NOW) as held, database.transaction():
        components.beat()
        webhooks.create(system_actor(TENANT_A), NewWebhook(name="Hook", url="https://example.com/h", events=["contact.*"]), most=9)
        events.publish(system_actor(TENANT_A), "contact.created", "con_1")
        held.advance(60_001)
        components.beat()
        assert alerts.check_alerts(given) == ["queue: failing"]
        assert "queue" not in str(health.readiness(given).reasons)
    (mail,) = mailed()
    assert (mail["to"], mail["values"]["title"]) == ("op@example.com", "Deliveries are stuck")


def test_of_several_workers_that_notice_at_once_one_tells(tmp_path: Path) -> None:
    components.beat()
    ill = settings(tmp_path, storage__minimum_free_bytes=2**50)

    def check(_: int) -> list[str]:
        try:
            return alerts.check_alerts(ill)
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(check, range(4))) == [[], [], [], ["disk: failing"]]
    assert len(mailed()) == 1


def test_a_worker_that_falls_silent_is_told_of_by_another(tmp_path: Path) -> None:
    with clock.frozen(NOW) as held:
        components.beat("other")
        held.advance(31_000)
        components.beat("this")
        assert alerts.check_alerts(settings(tmp_path)) == ["worker: failing"]
        components.beat("other")
        assert alerts.check_alerts(settings(tmp_path)) == ["worker: ok"]
    assert [mail["values"]["detail"].endswith("other.") for mail in mailed() if not mail["values"]["recovered"]] == [True]


def test_while_no_worker_lives_somebody_else_tells(tmp_path: Path) -> None:
    with clock.frozen(NOW) as held:
        components.beat("only")
        assert not alerts.stand_in(settings(tmp_path))
        held.advance(31_000)
        assert alerts.stand_in(settings(tmp_path))
        assert alerts.stand_in(settings(tmp_path))
    assert [mail["values"]["title"] for mail in mailed()] == ["A worker fails"]


def test_a_post_verifies_with_somebody_elses_library(tmp_path: Path, listener: Listener) -> None:
    components.beat()
    ill = settings(tmp_path, storage__minimum_free_bytes=2**50, alerts__webhook_url=listener.url, alerts__webhook_secret=SECRET)
    alerts.check_alerts(ill)
    listener.status = 500
    assert mails.send_due_mails(ill) == 0
    listener.status = 204
    with clock.frozen(clock.now_ms() + outbox_wait()):
        assert mails.send_due_mails(ill) == 1
    first, second = listener.posts
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    body = Webhook(SECRET).verify(second[1], dict(second[0]))
    assert (body["type"], body["data"]["alert"], body["data"]["state"]) == ("alert.raised", "disk", "raised")
    assert orjson.loads(second[1])["data"]["figures"]["minimum_free_bytes"] == 2**50


def outbox_wait() -> int:
    """Return how long a message waits after its first failure."""
    return 16_000


def test_an_alert_reaches_the_operators_mailbox(tmp_path: Path, smtp: Callable[[str], Mailbox]) -> None:
    components.beat()
    box = smtp("plain")
    ill = settings(tmp_path, storage__minimum_free_bytes=2**50, mail__system_smtp=f"smtp://127.0.0.1:{box.port}")
    alerts.check_alerts(ill)
    assert mails.send_due_mails(ill) == 1
    assert box.messages[0]["Subject"] == "Alert: The disk is nearly full"


def test_everything_watched_is_a_component() -> None:
    assert set(alerts.RULES) <= set(components.COMPONENTS)
