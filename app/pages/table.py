"""Every page there is, in the order of the rail; pages of one section stand together."""

from __future__ import annotations

from typing import Final

from app.pages import keys, overview_view
from app.pages.specs import PageSpec

PAGES: Final[tuple[PageSpec, ...]] = (
    overview_view.PAGE,
    keys.PAGE,
)
