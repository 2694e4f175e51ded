"""The appliance's own measurements as it publishes them at `/metrics`, in the Prometheus text format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.client.api import Api, Call
from app.client.cancellation import Cancellation

_LINE: Final = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")
_LABEL: Final = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
Samples = dict[str, list[tuple[Mapping[str, str], float]]]


def read(api: Api, cancellation: Cancellation | None = None) -> Samples:
    """Return every sample by its name, histograms' buckets left out."""
    return parsed(api.send(Call("GET", "/metrics"), cancellation).content.decode())


def parsed(text: str) -> Samples:
    """Return the samples of a text."""
    found: Samples = {}
    for line in text.splitlines():
        if not line.startswith("#") and "_bucket{" not in line and (match := _LINE.match(line)):
            found.setdefault(match[1], []).append((dict(_LABEL.findall(match[2] or "")), float(match[3])))
    return found


def total(samples: Samples, name: str, **labels: str) -> float:
    """Return the sum of a name's samples that carry these labels."""
    return sum(value for found, value in samples.get(name, ()) if all(found.get(label) == wanted for label, wanted in labels.items()))
