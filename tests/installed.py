"""A Mailchimp that is stood in for, installed and connected in the test's own process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.services import connecting, installations
from server.services.installation_bodies import NewInstallation
from server.system.settings import Settings, load
from tests.vendors.fixtures import MakeVendor
from tests.vendors.reaching import Reach
from tests.vendors.vendor import MockVendor

KEY = "0123456789abcdef0123456789abcdef-us21"
Install = Callable[..., dict[str, Any]]


@pytest.fixture
def plain_settings(tmp_path: Path) -> Settings:
    """Return settings in which nothing was chosen."""
    return load(tmp_path, environ={})


@pytest.fixture
def mailchimp(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    """Return a Mailchimp that knows the key."""
    vendor = reach(mock_vendor("mailchimp"))
    vendor.identity.accept(KEY)
    return vendor


@pytest.fixture
def newsletter(alice: Actor, mailchimp: MockVendor, plain_settings: Settings) -> Install:
    """Return what installs and connects the Mailchimp for alice; further fields of the configuration are given by name."""

    def install(**config: Any) -> dict[str, Any]:
        given = {"apiKey": KEY, "listId": next(iter(mailchimp.store["lists"].rows)), **config}
        made = installations.create(alice, "mailchimp", NewInstallation(name="Newsletter", config=given), plain_settings)
        connecting.connect((alice.tenant_id, alice.mode, made["id"]), plain_settings, alice)
        return installations.get(alice, made["id"], plain_settings)

    return install
