"""A verified message shows its payload as JSON or as the fields of a form, and becomes an event that is never too large."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Unprocessable
from server.services.inbound.received import LARGEST_IN_EVENT, Message, publish_received
from server.store import database

FORM = {"content-type": "application/x-www-form-urlencoded"}


def message(body: bytes, provider: str = "token", headers: dict[str, str] | None = None) -> Message:
    return Message("inm_1", "src_1", provider, "e1", "told", "POST", "https://x/hooks/y", headers or {"content-type": "application/json"}, body, 1)


def test_a_payload_is_json_or_a_form() -> None:
    assert message(b'{"a": 1}').payload == {"a": 1}
    assert message(b"a=1&b=2&b=3", headers=FORM).payload == {"a": "1", "b": ["2", "3"]}
    assert message(b"").payload is None
    with pytest.raises(Unprocessable):
        _ = message(b"{", "stripe").payload


@pytest.mark.parametrize(("size", "omitted"), [(10, False), (LARGEST_IN_EVENT + 1, True)])
def test_a_large_payload_stays_out_of_the_event(alice: Actor, size: int, *, omitted: bool) -> None:
    write = publish_received(alice, message(b'{"a": "' + b"x" * size + b'"}'))
    with database.transaction():
        write()
    row = database.row("SELECT body FROM events WHERE type = 'inbound.received' AND tenant_id = ?", (alice.tenant_id,))
    assert row is not None
    assert (b"xxxxxxxxxx" not in bytes(row[0])) is omitted
