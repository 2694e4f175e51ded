"""Who may send from which domain, and that nothing leaves unsigned."""

from __future__ import annotations

import pytest

from server.domain.errors import Unprocessable
from server.services import vaults
from server.services.email import signing
from server.store import dkim_keys, sending_domains
from server.system import dkim_keys as key_pairs
from server.system import ids
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")
PAIR = key_pairs.new("ed25519-sha256")


def have(tenant_id: str, name: str, *, mode: str = "live", verified: bool = True) -> None:
    """Put a domain with one active key into the tables."""
    domain_id, key_id = ids.new_id("dom"), ids.new_id("dkm")
    row = {"id": domain_id, "name": name, "status": "verified", "findings": "[]", "verified_at": 1 if verified else None, "due_at": 0}
    sending_domains.insert(tenant_id, mode, {**row, "version": 1, "created_at": 0, "updated_at": 0})
    key = {"id": key_id, "domain_id": domain_id, "selector": "s1", "algorithm": "ed25519-sha256", "public": PAIR.public, "created_at": 0}
    private = vaults.vault().seal(PAIR.private, signing.CONTEXT + key_id)
    dkim_keys.insert(tenant_id, mode, {**key, "private": private, "state": "active"})


def test_a_verified_domain_signs_for_itself_and_its_sub_domains() -> None:
    have(TENANT_A, "example.com")
    signed = signing.sign(TENANT_A, "live", "News.Example.com", b"From: a@news.example.com\r\n\r\nHello\r\n")
    assert b"d=example.com;" in signed
    assert signed.endswith(b"From: a@news.example.com\r\n\r\nHello\r\n")


@pytest.mark.criterion("email-15")
@pytest.mark.parametrize("name", ["example.com", "news.example.com", "badexample.com", "com", "", "exa mple"])
def test_an_unverified_domain_is_never_signed(name: str) -> None:
    have(TENANT_A, "example.com", verified=False)
    assert not signing.is_verified(TENANT_A, "live", name)
    with pytest.raises(Unprocessable) as caught:
        signing.sign(TENANT_A, "live", name, b"From: a@example.com\r\n\r\n")
    assert caught.value.stable_code == "domain_not_verified"


@pytest.mark.criterion("email-15")
def test_no_tenant_uses_anothers_domain_or_what_lies_below_it() -> None:
    have(TENANT_A, "example.com")
    have(TENANT_B, "shop.example.com")
    assert [name for name in ("example.com", "x.example.com", "shop.example.com") if signing.is_verified(TENANT_A, "live", name)] == [
        "example.com",
        "x.example.com",
    ]
    assert [name for name in ("example.com", "shop.example.com", "a.shop.example.com") if signing.is_verified(TENANT_B, "live", name)] == [
        "shop.example.com",
        "a.shop.example.com",
    ]


def test_a_domain_of_one_mode_is_none_of_the_other() -> None:
    have(TENANT_A, "example.com", mode="test")
    assert (signing.is_verified(TENANT_A, "test", "example.com"), signing.is_verified(TENANT_A, "live", "example.com")) == (True, False)
