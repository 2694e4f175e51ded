"""A link opens what it was made for, with no more rights than its maker had, until its time is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied
from server.services import links
from server.store import database, tenants
from server.system import clock

MINUTE = 60_000


def test_a_link_acts_for_who_made_it_with_the_scopes_for_documents_alone(alice: Actor) -> None:
    maker = replace(alice, scopes=frozenset({"documents:read", "contacts:write"}))
    found = links.unseal("download", links.seal(maker, "download", "doc_1", clock.now_ms() + MINUTE, "inline"), "192.0.2.9", "req_9")
    assert (found.subject, found.manner, found.tier) == ("doc_1", "inline", "standard")
    acting = found.actor
    assert (acting.kind, acting.id, acting.tenant_id, acting.mode, acting.role) == (maker.kind, maker.id, maker.tenant_id, maker.mode, maker.role)
    assert (acting.scopes, acting.address, acting.request_id) == (frozenset({"documents:read"}), "192.0.2.9", "req_9")


def test_a_link_for_one_act_is_none_for_another(alice: Actor) -> None:
    token = links.seal(alice, "download", "doc_1", clock.now_ms() + MINUTE)
    for act, text in (("upload", token), ("download", token[:-1]), ("download", ""), ("download", "x" * 3000)):
        with pytest.raises(Denied) as refusal:
            links.unseal(act, text, None, None)
        assert refusal.value.stable_code == "invalid_link"


def test_a_link_ends_with_its_time_and_with_its_tenant(alice: Actor) -> None:
    with pytest.raises(Denied) as refusal:
        links.unseal("download", links.seal(alice, "download", "doc_1", clock.now_ms()), None, None)
    assert refusal.value.stable_code == "link_expired"
    token = links.seal(alice, "download", "doc_1", clock.now_ms() + MINUTE)
    with database.transaction():
        tenants.set_status(alice.tenant_id, "suspended", clock.now_ms())
    with pytest.raises(Denied) as refusal:
        links.unseal("download", token, None, None)
    assert refusal.value.stable_code == "invalid_link"
