"""Keys: made under selectors of their day, sealed, and emptied when they retire."""

from __future__ import annotations

import pytest

from server.domain.mail.rotation import KEPT_MS, SETTLE_MS
from server.services import vaults
from server.services.email import keys
from server.services.email.signing import CONTEXT
from server.store import database, dkim_keys
from server.system import clock
from tests.tenants import TENANT_A

pytestmark = pytest.mark.usefixtures("opened")


def store(rows: list[dict[str, object]]) -> None:
    with database.transaction():
        for row in rows:
            dkim_keys.insert(TENANT_A, "live", row)


def turned(seen: dict[str, bool]) -> dict[str, list[str]]:
    with database.transaction():
        return keys.advance(TENANT_A, "live", "dom_1", seen)


def test_selectors_name_the_day_and_are_never_used_twice() -> None:
    with clock.frozen(1_795_250_000_000):
        first = keys.make("dom_1")
        second = keys.make("dom_1", [key["selector"] for key in first])
    assert [key["selector"] for key in first] == ["r20261121", "e20261121"]
    assert [key["selector"] for key in second] == ["r20261121a", "e20261121a"]


def test_a_private_key_is_sealed_for_its_own_row() -> None:
    rsa, _ = keys.make("dom_1")
    assert b"PRIVATE" not in rsa["private"]
    assert len(vaults.vault().open(rsa["private"], CONTEXT + rsa["id"])) > 1000


@pytest.mark.criterion("email-12")
def test_a_retired_key_has_no_private_half() -> None:
    with clock.frozen(1_795_250_000_000) as held:
        old, new = keys.make("dom_1")[:1], keys.make("dom_1", ["r20261121"])[:1]
        store(old)
        assert turned({old[0]["id"]: True}) == {"r20261121": ["pending", "active"]}
        store(new)
        assert turned({new[0]["id"]: True}) == {"r20261121a": ["pending", "verified"]}
        held.advance(SETTLE_MS)
        assert turned({new[0]["id"]: True}) == {"r20261121": ["active", "retiring"], "r20261121a": ["verified", "active"]}
        held.advance(KEPT_MS)
        assert turned({}) == {"r20261121": ["retiring", "retired"]}
        rows = dkim_keys.of_domain(TENANT_A, "live", "dom_1")
        assert {row["state"]: row["private"] is None for row in rows} == {"retired": True, "active": False}
