"""Connectors of others, for operators: uploading, listing and removing packages."""

from __future__ import annotations

from typing import Final

from server.services import connector_packages
from server.services.connector_packages import PackageView
from server.web.calls import Answer, Call, answer, empty_answer, list_answer
from server.web.routes import Group, Runs


def list_connector_packages(call: Call) -> Answer:
    """List packages."""
    return list_answer(connector_packages.list_all(call.actor), None, call)


def install_connector_package(call: Call) -> Answer:
    """Install a package."""
    return answer(connector_packages.add(call.actor, call.document or b"", call.settings), 201)


def remove_connector_package(call: Call) -> Answer:
    """Remove a package."""
    connector_packages.remove(call.actor, call.params["package"])
    return empty_answer()


_GROUP: Final = Group("/admin/v1/connector-packages", "Administration", access="operator")
ROUTES: Final = [
    _GROUP.get("", list_connector_packages, "List connectors of others", answer=PackageView, listed=True),
    _GROUP.post(
        "", install_connector_package, "Install a connector of others, sent as a ZIP archive of its folder",
        runs=Runs.WORK, raw=True, media_types=("application/zip", "application/octet-stream"), answer=PackageView, status=201,
    ),
    _GROUP.delete("/{package}", remove_connector_package, "Remove a connector of others, named key@version"),
]  # fmt: skip
