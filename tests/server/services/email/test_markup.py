"""HTML of mails: made from MJML, styled inline, with its words for those who read text."""

from __future__ import annotations

import pytest

from server.services.email import markup
from server.services.rendering import TemplateFailed


def test_what_is_no_mjml_is_refused_in_words() -> None:
    with pytest.raises(TemplateFailed, match="no MJML"):
        markup.finished(None, "<p>hello</p>")


def test_html_without_style_stays_as_it_is() -> None:
    html = "<p>x <a href='https://x.test/?a=1&b=2'>y</a></p>"
    assert markup.finished(html, None) is html
    assert markup.finished(None, None) is None


def test_words_are_laid_out_with_the_addresses_of_links() -> None:
    text = markup.as_text("<h1>Hi</h1><ul><li>one<li>two</ul><a href='https://x.test/'>there</a>")
    assert "Hi" in text
    assert "* one" in text
    assert "https://x.test/" in text
    assert markup.as_text("") == "\n"
