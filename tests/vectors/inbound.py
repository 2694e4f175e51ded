"""The messages of vendors that are shipped as vectors, as arrivals with what a source of theirs believes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from server.domain.inbound.arrivals import Arrival
from server.domain.inbound.verification import Trust
from server.system import public_keys

VECTORS = Path(__file__).parents[2] / "resources" / "webhooks" / "inbound_vectors.json"


@cache
def vectors(kind: str) -> list[dict[str, Any]]:
    """Return the vectors that are `accepted` or `refused`."""
    found: list[dict[str, Any]] = json.loads(VECTORS.read_bytes())[kind]
    return found


def named(vector: dict[str, Any]) -> str:
    """Return what a vector is called in a report."""
    return " - ".join(str(vector[name]) for name in ("provider", "title", "why") if name in vector)


def arrival_of(vector: dict[str, Any]) -> Arrival:
    """Return what arrives."""
    query = parse_qsl(urlsplit(vector["url"]).query, keep_blank_values=True)
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    return Arrival(vector["method"], vector["url"], headers, query, vector["body"].encode())


def trust_of(vector: dict[str, Any], tolerance: int = 300) -> Trust:
    """Return what the source believes."""
    keys = {url: text.encode() for url, text in vector["keys"].items()}
    return Trust(tuple(vector["secrets"]), vector["parameters"], public_keys, lambda url, _kind: keys.get(url), tolerance)
