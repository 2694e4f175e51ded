"""An installation's vendor has one address of its own, with a secret that nobody has to invent, and none once it is gone."""

from __future__ import annotations

from server.domain.actor import Actor
from server.services import disconnecting, installation_hooks
from server.system.settings import Settings
from tests.installed import Install


def test_a_secret_is_made_and_goes_with_the_installation(alice: Actor, charlie: Actor, newsletter: Install, plain_settings: Settings) -> None:
    made = newsletter()
    source = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert source is not None
    assert len(installation_hooks.secret_of(source)) >= 32
    assert made["hook_url"] == installation_hooks.hook_url(made["id"], plain_settings)
    assert installation_hooks.find_source(charlie.tenant_id, charlie.mode, made["id"]) is None
    disconnecting.remove(alice, made["id"])
    assert installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"]) is None


def test_a_secret_that_the_vendor_gives_is_believed_beside_the_old_one(alice: Actor, newsletter: Install) -> None:
    made = newsletter()
    source = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert source is not None
    installation_hooks.take_secret(alice, source, "given by the vendor")
    after = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert after is not None
    assert installation_hooks.secret_of(after) == "given by the vendor"
    installation_hooks.take_secret(alice, after, "given by the vendor")
    again = installation_hooks.find_source(alice.tenant_id, alice.mode, made["id"])
    assert again is not None
    assert again["version"] == after["version"]
