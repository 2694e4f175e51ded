"""`junction connector`: connectors of others, installed from a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from server.services import connector_packages

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def install(call: Invocation) -> None:
    """Install a connector's folder for the whole appliance."""
    actor = call.open()
    found = connector_packages.add(actor, connector_packages.pack(Path(call.folder)), call.settings)
    signed = f"signed by {found['signed_by']}" if found["signed_by"] else "without Python"
    call.answer(found, [f"{found['key']} {found['version']} is installed, {signed}."])


def list_all(call: Invocation) -> None:
    """List the connectors of others."""
    found = connector_packages.list_all(call.open())
    call.answer(found, [f"{one['id']}  {one['publisher']}  {one['signed_by'] or 'not signed'}" for one in found])


def remove(call: Invocation) -> None:
    """Remove a connector of others."""
    connector_packages.remove(call.open(), call.package)
    call.answer({"id": call.package, "deleted": True}, [f"{call.package} is removed."])
