"""Bringing one message by a courier, with what came of it kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from server.domain.actor import Actor
from server.services.email.courier import Courier
from server.services.email.desk import MailDesk, Room
from server.services.email.doubts import Doubts
from server.services.email.settling import Attempt, Outcome
from server.store import email_messages
from tests.mailing import sending_settings, submit


class Brought:
    """Brings one message and remembers what came of it."""

    def __init__(
        self,
        actor: Actor,
        folder: Path,
        transports: tuple[str, ...],
        named: dict[str, Any] | None = None,
        to: str = "bob@customer.test",
        courier: Courier | None = None,
    ) -> None:
        settings = sending_settings(folder, **(named or {}))
        made = submit(actor, settings, to=[to])
        (lot,) = MailDesk(lease_ms=60_000).take(Room(6, 6))
        message = email_messages.find(actor.tenant_id, actor.mode, made["id"])
        assert message is not None
        attempt = Attempt(lot.works[0], {**message, "return_path": "alice@example.com"}, "customer.test")
        body = email_messages.content(actor.tenant_id, actor.mode, made["id"])
        assert body is not None
        self.outcomes: list[Outcome] = []
        used = courier or Courier(settings.email, "out.example.com", Doubts(1))
        used.bring(attempt, body, transports, self.outcomes.append)
        if courier is None:
            used.close()

    @property
    def outcome(self) -> Outcome:
        (found,) = self.outcomes
        return found
