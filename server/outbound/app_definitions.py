"""The definitions that platforms are told of us by, made of what this appliance offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.system.version import VERSION


def zapier(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the app that Zapier's command line takes, for an OpenAPI document of ours."""
    from connectors.catalog.zapier.app import definition

    return definition(document, VERSION)
