"""What this appliance is made of: its version and what it runs on, its certificate, and every library in it with its licence."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from server.domain.errors import JunctionError
from server.services.tenants import require_operator
from server.store import blocklist_listings, database, schema
from server.system import clock, tls
from server.system.version import API_VERSION, VERSION

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

    from server.domain.actor import Actor
    from server.system.settings import Settings


class CertificateView(BaseModel):
    """How the appliance encrypts. Without TLS of its own everything but `mode` is null."""

    mode: str
    file: str | None
    fingerprint: str | None
    days_left: int | None
    fault: str | None


class ApplianceView(BaseModel):
    """The appliance as software: `migrations` is how many its database has, `pending` those that wait."""

    object: str
    version: str
    api_version: str
    python: str
    system: str
    database: str
    migrations: int
    pending: list[str]
    data_folder: str
    public_url: str
    backup_every_hours: int
    backup_has_passphrase: bool
    certificate: CertificateView


class LicenceView(BaseModel):
    """A library in this appliance, by the licence that its publisher declares."""

    id: str
    object: str
    name: str
    version: str
    licence: str | None
    home: str | None


class ListingView(BaseModel):
    """How an address that mail leaves from stands with a blocklist."""

    id: str
    object: str
    subject: str
    zone: str
    state: str
    detail: str
    changed_at: str
    checked_at: str


def describe(actor: Actor, settings: Settings) -> dict[str, Any]:
    """Return what the appliance is."""
    require_operator(actor)
    return {
        "object": "appliance",
        "version": VERSION,
        "api_version": API_VERSION,
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
        "database": "SQLite" if database.is_sqlite() else "PostgreSQL",
        "migrations": len(schema.applied_names()),
        "pending": sorted(schema.pending()),
        "data_folder": str(settings.data),
        "public_url": settings.server.public_url,
        "backup_every_hours": settings.backup.every_hours,
        "backup_has_passphrase": bool(settings.backup.passphrase),
        "certificate": _certificate(settings),
    }


def _certificate(settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = {"mode": settings.server.tls, "file": None, "fingerprint": None, "days_left": None, "fault": None}
    if settings.server.tls == "off":
        return found
    path = tls.certificate_files(settings)[0]
    try:
        return found | {"file": str(path), "fingerprint": tls.fingerprint(path), "days_left": tls.days_left(path)}
    except JunctionError as error:
        return found | {"file": str(path), "fault": error.detail}


def licences(actor: Actor) -> list[dict[str, Any]]:
    """Return every library that is installed, by name."""
    require_operator(actor)
    from importlib.metadata import distributions  # needed here alone, and 20 ms at a start

    found = {str(one.metadata["Name"]): one.metadata for one in distributions() if one.metadata["Name"]}
    return [_library(name, found[name]) for name in sorted(found, key=str.lower)]


def _library(name: str, declared: PackageMetadata) -> dict[str, Any]:
    classified = [line.rpartition(":: ")[2] for line in _said(declared, "Classifier") if line.startswith("License ::")]
    plain = [line.partition("\n")[0] for line in _said(declared, "License")]
    written = ", ".join(_said(declared, "License-Expression") or classified or plain)
    named = sorted(line.partition(", ")[::2] for line in _said(declared, "Project-URL"))
    links = [address for name, address in named if name.lower().startswith(("home", "source", "repo"))]
    home = next(iter([*_said(declared, "Home-page"), *links]), None)
    return {"id": name.lower(), "object": "licence", "name": name, "version": declared["Version"], "licence": written or None, "home": home}


def _said(declared: PackageMetadata, name: str) -> list[str]:
    return [str(value) for value in declared.get_all(name) or ()]


def listings(actor: Actor) -> list[dict[str, Any]]:
    """Return how the addresses that mail leaves from stand with every blocklist, those that are listed first."""
    require_operator(actor)
    found = sorted(blocklist_listings.list_all(), key=lambda one: one["state"] != "listed")
    times = ("changed_at", "checked_at")
    return [
        {"id": f"{one['subject']}.{one['zone']}", "object": "blocklist_listing", **one, **{name: clock.rfc3339(one[name]) for name in times}}
        for one in found
    ]
