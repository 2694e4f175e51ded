"""Issuers and their addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import system_actor
from server.domain.errors import Missing
from server.services import tenants
from server.services.oauth.issuers import Issuer, issuer_of
from server.system.settings import load
from tests.tenants import TENANT_A

PUBLIC = "https://junction.example.com"


def test_the_appliance_and_its_tenants_are_different_issuers() -> None:
    assert (Issuer(PUBLIC, None).url, Issuer(PUBLIC, None).endpoint("token")) == (PUBLIC, f"{PUBLIC}/oauth/token")
    tenant = Issuer(PUBLIC, "ten_x")
    assert (tenant.url, tenant.endpoint("token")) == (f"{PUBLIC}/oauth/t/ten_x", f"{PUBLIC}/oauth/t/ten_x/token")


@pytest.mark.usefixtures("opened")
def test_a_tenant_that_is_unknown_or_suspended_issues_nothing(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={})
    assert issuer_of(settings, None).tenant_id is None
    assert issuer_of(settings, TENANT_A).tenant_id == TENANT_A
    tenants.suspend(system_actor(""), TENANT_A)
    for name in (TENANT_A, "ten_nobody"):
        with pytest.raises(Missing):
            issuer_of(settings, name)
