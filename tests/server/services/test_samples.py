"""Every event type has a believable body."""

from __future__ import annotations

import pytest

from server.domain.events import catalogue
from server.services import samples
from server.services.feeds import EventView


@pytest.mark.parametrize("event_type", catalogue())
def test_a_sample_looks_like_what_receivers_get(event_type: str) -> None:
    body = samples.body(event_type)
    EventView.model_validate(body)
    noun, _, verb = event_type.partition(".")
    assert (body["data"]["object"], body["data"]["action"]) == (noun, verb)
    assert body["data"]["id"] == body["data"]["record"].get("id", body["data"]["record"].get("webhook_id"))
