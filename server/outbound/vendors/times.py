"""Times as vendors write them, for services: nothing above this package imports connectors."""

from __future__ import annotations

from connectors.sdk.times import read_time

__all__ = ["read_time"]
