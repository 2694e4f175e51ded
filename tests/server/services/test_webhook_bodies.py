"""Bodies of webhooks: what they refuse by themselves."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from server.services.webhook_bodies import RESERVED, NewWebhook, WebhookChange


def new(**fields: Any) -> NewWebhook:
    return NewWebhook.model_validate({"name": "Hook", "url": "http://127.0.0.1:9/hooks", "events": ["contact.*"], **fields})


@pytest.mark.parametrize("name", [*sorted(RESERVED), "webhook-id", "Webhook-Signature", "HOST", "", "a b", "a:b", "ä", "a\r\nb"], ids=repr)
def test_a_header_of_ours_or_of_nobodys_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        new(headers={name: "x"})


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\x00", "ü", "\x7f", "x" * 5000], ids=repr)
def test_a_header_value_that_could_not_be_sent_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        new(headers={"X-Token": value})


@pytest.mark.parametrize("field", ["name", "url", "events", "active"])
def test_null_is_refused_where_there_has_to_be_something(field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        WebhookChange.model_validate({field: None})
    assert [error["loc"] for error in refused.value.errors()] == [(field,)]
