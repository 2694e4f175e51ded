"""What the appliance is made of is told to operators alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied
from server.services import software
from server.store import blocklist_listings, database
from server.system import settings, tls
from server.system.version import VERSION

OPERATOR = system_actor("")


@pytest.mark.usefixtures("opened")
def test_version_database_and_certificate_are_told(tmp_path: Path) -> None:
    plain = software.describe(OPERATOR, settings.load(tmp_path, {}))
    assert (plain["version"], plain["pending"], plain["certificate"]["mode"], plain["certificate"]["fingerprint"]) == (VERSION, [], "off", None)
    own = settings.load(tmp_path, {"JUNCTION_SERVER__TLS": "self-signed"})
    assert software.describe(OPERATOR, own)["certificate"]["fault"]
    tls.server_context(own)
    certificate = software.describe(OPERATOR, own)["certificate"]
    assert certificate["fingerprint"] == tls.fingerprint(own.folder.tls_certificate)
    assert certificate["days_left"] > 800


@pytest.mark.usefixtures("opened")
def test_every_library_names_its_licence() -> None:
    found = {one["name"]: one for one in software.licences(OPERATOR)}
    assert "Apache" in found["aiohttp"]["licence"]
    assert [one for one in found.values() if "AGPL" in (one["licence"] or "")] == []


@pytest.mark.usefixtures("opened")
def test_listed_addresses_come_first() -> None:
    with database.transaction():
        blocklist_listings.put("192.0.2.1", "a.example", "clear", "", 1)
        blocklist_listings.put("192.0.2.1", "b.example", "listed", "Spam was seen.", 2)
    assert [(one["zone"], one["state"]) for one in software.listings(OPERATOR)] == [("b.example", "listed"), ("a.example", "clear")]


def test_a_tenant_is_told_nothing(alice: Actor) -> None:
    with pytest.raises(Denied):
        software.licences(alice)
    with pytest.raises(Denied):
        software.listings(alice)
