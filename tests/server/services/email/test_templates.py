"""Templates: versions that stay, previews, and nothing a hostile author could do with them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Missing, Unprocessable
from server.services.email import templates
from server.services.email.templates import NewTemplate, Preview, TemplateChange
from tests.mailing import sending_settings, submit, verified
from tests.pace import quickest

MJML = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"


def make(actor: Actor, **parts: Any) -> dict[str, Any]:
    return templates.create(actor, NewTemplate.model_validate({"name": "receipt", "subject": "Receipt {{ number }}", "html": "<p>x</p>", **parts}))


def test_a_change_makes_a_version_and_messages_keep_theirs(alice: Actor, charlie: Actor, tmp_path: Path) -> None:
    verified(alice.tenant_id, "example.com")
    made = make(alice, html="<p>Thank you, {{ name }}.</p>", sample={"name": "Ada", "number": 1})
    body = {"subject": None, "text": None, "template": "receipt", "data": {"name": "<b>", "number": 7}}
    sent = submit(alice, sending_settings(tmp_path), **body)
    assert (sent["subject"], sent["template_version"]) == ("Receipt 7", 1)
    changed = templates.update(alice, made["id"], TemplateChange(html="<p>Thanks, {{ name }}.</p>"))
    assert changed["current_version"] == 2
    assert [one["number"] for one in templates.versions(alice, made["id"])] == [2, 1]
    assert templates.preview(alice, made["id"], Preview())["html"] == "<p>Thanks, Ada.</p>"
    assert templates.preview(alice, made["id"], Preview(data={"name": "<b>"}, version=1))["html"] == "<p>Thank you, &lt;b&gt;.</p>"
    assert templates.update(alice, made["id"], TemplateChange(description="x"))["current_version"] == 2
    with pytest.raises(Conflict):
        make(alice)
    with pytest.raises(Missing):
        templates.get(charlie, made["id"])
    templates.remove(alice, made["id"])
    with pytest.raises(Unprocessable):
        submit(alice, sending_settings(tmp_path), **body)


def test_mjml_becomes_html_with_its_style_inside_and_a_text_beside_it(alice: Actor) -> None:
    made = make(alice, html=None, mjml=MJML.format('<mj-text>Hello {{ name }}</mj-text><mj-button href="https://x.test/a">Go</mj-button>'))
    shown = templates.preview(alice, made["id"], Preview(data={"name": "Ada"}))
    assert "Hello Ada" in shown["html"]
    assert "<mj-" not in shown["html"]
    assert "Hello Ada" in shown["text"]
    assert "https://x.test/a" in shown["text"]


def test_style_sheets_are_brought_into_the_elements(alice: Actor) -> None:
    made = make(alice, html="<style>p { color: red }</style><p>x</p>")
    assert '<p style="color: red;">' in templates.preview(alice, made["id"], Preview())["html"]


HOSTILE = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{% for a in range(999999999) %}{% endfor %}",
    "{% for a in x %}{% for b in x %}y{% endfor %}{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{{ 'x' * 999999999 }}",
    "{{ x | attr('__class__') }}",
    "{% set a = 1 %}",
    "{{ lipsum(n=100000) }}",
    "{{ x",
)


@pytest.mark.parametrize("source", HOSTILE)
@pytest.mark.parametrize("part", ["html", "subject"])
def test_a_hostile_template_is_refused_or_harmless_at_once(alice: Actor, source: str, part: str) -> None:
    shown: dict[str, Any] = {part: ""}

    def show() -> None:
        with suppress(Unprocessable):
            made = make(alice, **{part: source})
            shown.update(templates.preview(alice, made["id"], Preview(data={"x": list(range(1000))})))

    assert quickest(show, 2) < 2
    assert "root:" not in str(shown)
    assert "object" not in str(shown[part])


@pytest.mark.parametrize(
    "include", ['<mj-include path="/etc/passwd" />', '<mj-include path="http://127.0.0.1:1/x.mjml" />', '<mj-include path="file:///etc/passwd" />']
)
def test_nothing_is_fetched_for_a_template(alice: Actor, include: str) -> None:
    with pytest.raises(Unprocessable) as written:
        make(alice, html=None, mjml=MJML.format(include))
    made = make(alice, html=None, mjml=MJML.format(include.replace("include", "{{ 'include' }}")))
    with pytest.raises(Unprocessable) as filled:
        templates.preview(alice, made["id"], Preview())
    assert [caught.value.faults[0].pointer for caught in (written, filled)] == ["/mjml", "/mjml"]


def test_data_cannot_break_out_of_a_subject_or_grow_without_end(alice: Actor) -> None:
    made = make(alice, subject="Hello {{ name }}", html="{% for a in x %}{{ a }}{% endfor %}")
    assert templates.preview(alice, made["id"], Preview(data={"name": "a\r\nBcc: b", "x": []}))["subject"] == "Hello a Bcc: b"
    with pytest.raises(Unprocessable):
        templates.preview(alice, made["id"], Preview(data={"name": "x", "x": ["y" * 200_000] * 2}))


@pytest.mark.parametrize("name", templates.built_in())
def test_every_built_in_template_renders(alice: Actor, name: str) -> None:
    data = {"name": "Ada", "email": "ada@example.com", "link": "https://x.test/go", "title": "Title", "message": "Words", "action": "Sign-in"}
    found = templates.render_for(alice, name, {**data, "brand": {"name": "Shop"}, "rows": [{"name": "Sent", "value": 7}]}, None)
    assert found.subject
    assert found.html is not None
    assert "<mj-" not in found.html
    assert found.text is not None
    assert "Shop" in found.text


def test_the_built_in_ones_are_those_that_people_need() -> None:
    assert {"welcome", "password_reset", "confirmation", "alert", "security_notice", "admin_report"} <= set(templates.built_in())
