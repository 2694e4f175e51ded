"""The HTML of mails: MJML made HTML, style sheets brought into the elements, and a text for those who read no HTML.

Nothing is fetched: an `mj-include` is refused, and a linked style sheet stays what it is.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from server.services.rendering import TemplateFailed

if TYPE_CHECKING:
    from css_inline import CSSInliner


def finished(html: str | None, mjml: str | None) -> str | None:
    """Return the HTML that is sent, None without any. Raises TemplateFailed for what is no MJML, or includes something."""
    made = _from_mjml(mjml) if mjml is not None else html
    if made is None or "<style" not in made.lower():
        return made
    try:
        return _inliner().inline(made)
    except ValueError as error:
        raise TemplateFailed(f"The style sheet cannot be used: {error}") from error


def _from_mjml(mjml: str) -> str:
    import mrml  # loads only where somebody writes MJML

    try:
        return mrml.to_html(mjml, mrml.ParserOptions(include_loader=mrml.noop_loader())).content
    except OSError as error:
        raise TemplateFailed(f"This is no MJML that can be used: {error}") from error


@cache
def _inliner() -> CSSInliner:
    import css_inline

    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True)


def as_text(html: str) -> str:
    """Return the words of HTML, laid out for people who read text; links keep their addresses."""
    from inscriptis import get_text
    from inscriptis.model.config import ParserConfig

    found = get_text(html, ParserConfig(display_links=True)) if html.strip() else ""
    return "\n".join(line.rstrip() for line in found.strip().splitlines()) + "\n"
