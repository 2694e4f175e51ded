"""Zapier. Reference: docs.zapier.com/platform, read 2026-08. It calls us, so nothing is read or written here.

Its Zaps subscribe at `/api/v1/webhooks` and poll our lists; `app` makes the definition that tells it how.
"""

from __future__ import annotations

from connectors.sdk.connector import Connector
from connectors.sdk.values import Account, Steps


class Zapier(Connector):
    """An account that calls us; each of its Zaps that is switched on is a webhook of ours."""

    def test_connection(self) -> Steps[Account]:
        """Tell that there is nobody to ask: whether Zapier reaches us, its own test of the connection shows."""
        yield Account(self.context.installation_id or self.manifest.key, "Zapier, which calls this appliance")
