"""Pages for people, from the templates in `resources/pages`: branded, escaped, without a script, and framed by nobody.

Each answer carries a policy under which only its own style sheet counts, and its forms lead here or where they have to lead.
"""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from server.services import branding
from server.web.calls import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from server.system.settings import Settings

TEMPLATES: Final = Path(__file__).parents[2] / "resources" / "pages"
HTML: Final = "text/html; charset=utf-8"


def page(name: str, settings: Settings, *, status: int = 200, forms: Sequence[str] = (), **values: Any) -> Answer:
    """Return a page; `forms` are the places besides this one that its forms may lead to."""
    brand, nonce = branding.current(settings), secrets.token_urlsafe(16)
    text = _templates().get_template(f"{name}.html").render(brand=brand, nonce=nonce, **values)
    return Answer(text.encode(), status, {"Content-Security-Policy": _policy(nonce, brand["logo_url"], forms)}, HTML)


def _policy(nonce: str, logo: str | None, forms: Sequence[str]) -> str:
    parts = urlsplit(logo or "")
    images = f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else "'none'"
    leads = " ".join(("'self'", *forms))
    return f"default-src 'none'; style-src 'nonce-{nonce}'; img-src {images}; form-action {leads}; frame-ancestors 'none'; base-uri 'none'"


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
