"""A value is made that its schema takes."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sdk.drafts.sampling import sample


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"enum": ["eu", "us"]}, "eu"),
        ({"type": "integer"}, 7),
        ({"type": "integer", "minimum": 40}, 40),
        ({"format": "uuid"}, "00000000-0000-4000-8000-000000000000"),
        ({"pattern": "^AC[0-9a-fA-F]{4}$"}, "AC0000"),
        ({"pattern": "^(a|b)$"}, "a"),
        ({"pattern": r"^(\d+|eid:.+)$"}, "7"),
        ({"pattern": r"^\d{3}-[A-Z]+$"}, "777-A"),
        ({"pattern": "^(?!x)$"}, "shop-of-a-test"),
        ({"maxLength": 4}, "shop"),
        ({}, "shop-of-a-test"),
    ],
)
def test_a_value_fits_its_schema(schema: dict[str, Any], value: Any) -> None:
    assert sample("shop", schema) == value
