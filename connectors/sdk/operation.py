"""What a vendor can be asked to do beside keeping records the same: refund a charge, open an onboarding link, send a message.

    operations = {"refund": Operation("Refund a charge", {"type": "object", "properties": {...}, "required": ["charge"]}, refund)}

    def refund(connector, given, key):
        response = yield Request("POST", "/v1/refunds", form={"charge": given["charge"]}, key=key, key_header="Idempotency-Key")
        return response.document

`key` is the same for every try of one call, so that a vendor with an idempotency facility does it once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sdk.schema import check
from connectors.sdk.values import Asked, Problem


@dataclass(frozen=True)
class Operation:
    """One thing to ask for. `schema` is of the subset that configurations use; `scope` is what the vendor has to have granted for it."""

    title: str
    schema: Mapping[str, Any]
    run: Callable[[Any, Mapping[str, Any], str], Asked[Any]]
    scope: str = ""
    example: Mapping[str, Any] = field(default_factory=dict)

    def problems(self, given: Mapping[str, Any]) -> list[Problem]:
        """Return what is wrong with what is given, without asking anybody."""
        return check(self.schema, given)
