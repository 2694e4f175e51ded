"""Figures add up by the hour, per stream and per site."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, email_figures
from server.store.email_figures import HOUR_MS


def test_figures_add_up(alice: Actor) -> None:
    def key(hour: int, site: str, outcome: str) -> email_figures.Figure:
        return (alice.tenant_id, alice.mode, hour, "news", "example.com", site, outcome, "")

    with database.transaction():
        email_figures.add({key(1, "google", "sent"): 2, key(2, "google", "sent"): 3, key(2, "yahoo", "bounced"): 1})
        email_figures.add({key(2, "google", "sent"): 4})
    assert email_figures.of_stream(alice.tenant_id, alice.mode, "news", 0) == {"sent": 9, "bounced": 1}
    assert email_figures.of_stream(alice.tenant_id, alice.mode, "news", 2 * HOUR_MS) == {"sent": 7, "bounced": 1}
    assert email_figures.of_site(alice.tenant_id, alice.mode, "google", 0, 2 * HOUR_MS) == {"sent": 2}
    assert email_figures.of_stream(alice.tenant_id, "test", "news", 0) == {}
