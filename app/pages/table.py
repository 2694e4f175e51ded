"""Every page there is, in the order of the rail; pages of one section stand together."""

from __future__ import annotations

from typing import Final

from app.pages import (
    deliverability,
    documents,
    duplicates,
    email,
    events,
    integrations,
    keys,
    logs,
    model,
    overview_view,
    records,
    system,
    tenants,
    tiers,
    transfers,
    users,
    webhooks,
)
from app.pages.specs import PageSpec

PAGES: Final[tuple[PageSpec, ...]] = (
    overview_view.PAGE,
    records.PAGE,
    model.PAGE,
    documents.PAGE,
    duplicates.PAGE,
    transfers.PAGE,
    webhooks.PAGE,
    integrations.PAGE,
    email.PAGE,
    deliverability.PAGE,
    events.PAGE,
    logs.PAGE,
    tenants.PAGE,
    users.PAGE,
    keys.PAGE,
    tiers.PAGE,
    system.PAGE,
)
