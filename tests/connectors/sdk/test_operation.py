"""Operations: what is given is checked before anybody is asked, and the key of a call goes along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connectors.sdk.operation import Operation
from connectors.sdk.request import Request, Response
from connectors.sdk.values import Asked

SCHEMA = {"properties": {"charge": {"type": "string", "title": "Charge", "pattern": "ch_.+"}}, "required": ["charge"]}


def refund(_connector: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    response = yield Request("POST", "/v1/refunds", form={"charge": given["charge"]}, key=key, key_header="Idempotency-Key")
    return response.document


def test_what_is_given_is_checked_before_anybody_is_asked() -> None:
    operation = Operation("Refund a charge", SCHEMA, refund)
    assert operation.problems({"charge": "ch_1"}) == []
    assert [one.code for one in operation.problems({})] == ["required"]
    assert [one.code for one in operation.problems({"charge": "x", "amount": 1})] == ["wrong_form", "unknown_field"]


def test_a_call_sends_its_key_and_returns_what_the_vendor_answers() -> None:
    steps = Operation("Refund a charge", SCHEMA, refund).run(None, {"charge": "ch_1"}, "k1")
    asked = next(steps)
    assert (asked.form, asked.key, asked.may_repeat) == ({"charge": "ch_1"}, "k1", True)
    with pytest.raises(StopIteration) as ended:
        steps.send(Response(200, body=b'{"id": "re_1"}'))
    assert ended.value.value == {"id": "re_1"}
