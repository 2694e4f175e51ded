"""Pages for people."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.domain.actor import system_actor
from server.services import branding
from server.services.branding import Branding
from server.services.oauth.consent import Screen
from server.system.settings import load
from server.web import templates

pytestmark = pytest.mark.usefixtures("opened")


def test_a_page_wears_the_partners_name_and_colours(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={})
    body = Branding.model_validate({"name": "Acme <Hub>", "colours": {"primary": "#112233"}, "logo_url": "https://cdn.example.com/logo.svg"})
    branding.put(system_actor(""), body, settings)
    found = templates.page("refused", settings, status=400, screen=Screen("refused", problem='"><script>alert(1)</script>'))
    text = found.body.decode()
    assert "Acme &lt;Hub&gt;" in text
    assert "#112233" in text
    assert "<script" not in text
    assert "img-src https://cdn.example.com;" in found.headers["Content-Security-Policy"]


def test_only_the_pages_own_style_sheet_counts(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={})
    first, second = (templates.page("refused", settings, forms=("https://app.example.com",), screen=Screen("refused", problem="x")) for _ in range(2))
    policy = first.headers["Content-Security-Policy"]
    nonce = re.search(r"style-src 'nonce-([\w-]+)'", policy)
    assert nonce
    assert f'<style nonce="{nonce[1]}">' in first.body.decode()
    assert "form-action 'self' https://app.example.com; frame-ancestors 'none'" in policy
    assert policy != second.headers["Content-Security-Policy"]
