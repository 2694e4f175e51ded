"""A demo appliance of the console's own, in a temporary folder, with something to see on every page; it ends with the block."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtGui import QColor, QImage

from app.client import api, transfer
from app.client.api import Api, Call
from app.client.cancellation import Cancellation
from app.client.transport import Transport

EMAIL: Final = "operator@localhost"
ENDS_SECONDS: Final = 25


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A demo appliance, and somebody who is signed in to it."""

    url: str
    api: Api
    tenant_id: str
    password: str


@contextmanager
def running() -> Iterator[Demonstration]:
    """Run a demo appliance within the block."""
    with tempfile.TemporaryDirectory(prefix="junction-demo-") as folder:
        command = [sys.executable, "-m", "server", "serve", "--data", folder, "--json", "--listen", "127.0.0.1:0", "--demo"]
        environ = {**os.environ, "JUNCTION_OUTBOUND__ALLOW_PRIVATE": "127.0.0.0/8", "JUNCTION_BACKUP__PASSPHRASE": secrets.token_urlsafe()}
        with (
            Path(folder, "greeting.txt").open("w+", encoding="utf-8") as errors,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environ, start_new_session=True) as child,  # noqa: S603
        ):
            try:
                yield _signed_in(json.loads(_greeting(child, Path(folder, "greeting.txt"))))
            finally:
                child.terminate()
                child.wait(ENDS_SECONDS)


def _greeting(child: subprocess.Popen[str], errors: Path) -> str:
    line = child.stdout.readline() if child.stdout else ""
    if not line:
        raise RuntimeError(f"The demo appliance did not start: {errors.read_text(encoding='utf-8')[-500:]}")
    return line


def _signed_in(greeting: dict[str, Any]) -> Demonstration:
    transport = Transport(greeting["url"])
    password = greeting["prepared"]["first"]["one_time_password"]
    api.sign_in(transport, EMAIL, password)
    chosen = secrets.token_urlsafe(18)
    api.change_password(transport, password, chosen)
    found = Demonstration(greeting["url"], Api(transport), greeting["demo"]["id"], chosen)
    fill(found)
    return found


def fill(found: Demonstration) -> None:
    """Make a few things that the demo tenant does not come with: webhooks, one of which nobody answers, people, keys, a tier."""
    inside = found.api.inside(found.tenant_id)
    for call in (
        Call("POST", "/admin/v1/tenants", body={"name": "Northwind Traders", "timezone": "Europe/Berlin", "currency": "EUR"}),
        Call(
            "PUT", "/admin/v1/tiers/gold", body={"price": {"amount": "49.00", "currency": "EUR"}, "limits": [{"requests": 500, "period": "second"}]}
        ),
        Call("POST", "/admin/v1/users", body={"email": "alice@example.com", "name": "Alice", "role": "owner", "tenant_id": found.tenant_id}),
        Call("POST", "/admin/v1/users", body={"email": "bob@example.com", "name": "Bob", "role": "viewer", "tenant_id": found.tenant_id}),
        Call("POST", "/admin/v1/operator-keys", body={"name": "Backups"}),
    ):
        found.api.ask(call)
    for call in (
        Call("POST", "/webhooks", body={"name": "Orders", "url": f"{found.url}/healthz", "events": ["order.*", "contact.*"]}),
        Call("POST", "/webhooks", body={"name": "Data warehouse", "url": "http://127.0.0.1:9/hooks", "events": ["*"]}),
        Call("POST", "/keys", body={"name": "Web shop", "scopes": ["contacts:read", "contacts:write", "orders:read"]}),
        Call("POST", "/clients", body={"name": "Shop", "grant_types": ["client_credentials"], "scopes": ["contacts:read"]}),
        *(Call("POST", "/contacts", body={"first_name": "Ada", "last_name": name, "lifecycle": "lead"}) for name in ("Berg", "Costa", "Dahl")),
        Call("POST", "/exports", body={"resource": "contacts", "format": "csv"}),
    ):
        inside.ask(call)
    connect(inside)
    write(inside)
    shape(inside)
    keep(inside)


def shape(inside: Api) -> None:
    """Make fields and a kind of record that the demo tenant has for itself, a saved question, and records of one person, found and merged."""
    vehicle = {
        "name": "vehicle",
        "label": "Vehicle",
        "description": "Cars and vans of the field service",
        "fields": [
            {"name": "plate", "type": "text", "label": "Plate", "required": True},
            {"name": "seats", "type": "number", "label": "Seats"},
            {"name": "inspected_on", "type": "date", "label": "Inspected"},
        ],
    }
    open_deals = {"stage": {"eq": "{stage}"}, "value": {"gte": "{least}"}}
    least = {"name": "least", "type": "number", "default": "0", "description": "The least value"}
    greta = {"first_name": "Greta", "email": "greta.olsen@example.com"}
    for path, document in (
        ("/fields/contacts", {"name": "newsletter", "type": "boolean", "label": "Newsletter"}),
        ("/fields/contacts", {"name": "size", "type": "choice", "label": "Shirt size", "options": ["S", "M", "L"]}),
        ("/fields/contacts", {"name": "passport", "type": "encrypted", "label": "Passport number"}),
        ("/object-types", vehicle),
        *(("/objects/vehicle", {"plate": plate, "seats": seats}) for plate, seats in (("B JC 101", 5), ("B JC 102", 9))),
        ("/custom-endpoints", {"name": "deals-by-stage", "resource": "deals", "filter": open_deals, "parameters": [{"name": "stage"}, least]}),
        ("/contacts", {**greta, "last_name": "Olsen", "custom": {"newsletter": True, "passport": "C01X00T478"}}),
        ("/contacts", {**greta, "last_name": "Olsen-Dahl", "phone": "+49 30 5550123"}),
    ):
        inside.ask(Call("POST", path, body=document))
    kept, twin = (inside.ask(Call("POST", "/contacts", body={"first_name": "Karl", "last_name": name})) for name in ("Moreau", "Moreau-Rossi"))
    inside.ask(Call("POST", f"/contacts/{kept['id']}/merge", body={"duplicates": [twin["id"]]}))


def keep(inside: Api) -> None:
    """Keep two documents, one of which is a picture."""
    with tempfile.TemporaryDirectory(prefix="junction-demo-") as folder:
        picture, notes = Path(folder, "site-plan.png"), Path(folder, "meeting-notes.txt")
        drawn = QImage(480, 300, QImage.Format.Format_RGB32)
        for across in range(480):
            for down in range(300):
                drawn.setPixelColor(across, down, QColor.fromHsv(across * 359 // 480, 120, 255 - down // 3))
        drawn.save(str(picture))
        notes.write_text("Agreed: delivery in the second week of March.\n", encoding="utf-8")
        for path, folder_name in ((picture, "Plans"), (notes, "Meetings")):
            transfer.send(inside, path, {"document": {"folder": folder_name}}, lambda _done, _total: None, Cancellation())


def connect(inside: Api) -> None:
    """Install a connector that a person still has to consent to, and one that needs nobody."""
    for connector, name, config in (
        ("hubspot", "Sales", {"syncInterval": 900}),
        ("google_analytics", "Web shop", {"measurementId": "G-DEMO1234", "apiSecret": "demonstration"}),
    ):
        inside.ask(Call("POST", f"/integrations/{connector}/install", body={"name": name, "config": config}))


def write(inside: Api) -> None:
    """Make what mail needs: an account, a domain, a stream, a template, a route, and addresses that nothing is sent to."""
    office = {"name": "Office", "address": "office@example.com", "provider": "fastmail", "password": "demonstration"}
    body = "<h1>Thank you, {{ name }}.</h1><p>Your receipt has the number <b>{{ number }}</b>.</p>"
    receipt = {"name": "Receipt", "subject": "Receipt {{ number }}", "html": body, "sample": {"number": "1001", "name": "Ada"}}
    for path, document in (
        ("/email/domains", {"name": "example.com"}),
        ("/email/accounts", office),
        ("/email/streams", {"name": "newsletter", "kind": "broadcast"}),
        ("/email/templates", receipt),
        ("/email/inbound/routes", {"name": "Everything to the timeline", "actions": [{"type": "activity"}]}),
        ("/email/throttles", {"site": "google", "messages": 30, "period_seconds": 60}),
        ("/email/warmups", {"source": "direct", "plan": "standard"}),
        ("/email/suppressions", {"value": "left@example.com", "reason": "unsubscribed"}),
        ("/email/suppressions", {"value": "angry@example.com", "reason": "complaint"}),
    ):
        inside.ask(Call("POST", path, body=document))
