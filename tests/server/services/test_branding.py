"""A partner's name, colours and links are shown, and nothing that could run."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied
from server.services import branding
from server.services.branding import Branding
from server.system.settings import load
from tests.server.services.people import audited


def test_without_branding_the_setting_names_the_appliance(opened: str, tmp_path: Path) -> None:
    settings = load(tmp_path, environ={}, overrides={"branding.name": "Acme CRM"})
    assert branding.get(system_actor(""), settings)["name"] == "Acme CRM"


def test_branding_replaces_what_was_there(opened: str, tmp_path: Path) -> None:
    settings, operator = load(tmp_path, environ={}), system_actor("")
    put = branding.put(operator, Branding.model_validate({"name": "Hosting & Co", "colours": {"primary": "#123456"}}), settings)
    assert (put["name"], put["colours"]["primary"], put["colours"]["accent"]) == ("Hosting & Co", "#123456", "#0f766e")
    assert branding.current(settings) == put
    assert branding.put(operator, Branding(), settings)["name"] == "Junction"
    assert len(audited("branding.updated")) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"colours": {"primary": "red;background:url(x)"}},
        {"logo_url": "javascript:alert(1)"},
        {"links": {"Help": "data:text/html,x"}},
        {"name": ""},
        {"font": "Comic"},
    ],
)
def test_what_does_not_belong_there_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Branding.model_validate(body)


def test_only_operators_brand(alice: Actor, tmp_path: Path) -> None:
    settings = load(tmp_path, environ={})
    with pytest.raises(Denied):
        branding.get(alice, settings)
    with pytest.raises(Denied):
        branding.put(alice, Branding(), settings)
