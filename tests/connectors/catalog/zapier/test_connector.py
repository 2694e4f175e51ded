"""Zapier: the suite; it calls us, so nobody is asked."""

from __future__ import annotations

from tests.connectors.conformance import Conformance


class TestZapier(Conformance, key="zapier"):
    calls_to_test = 0
