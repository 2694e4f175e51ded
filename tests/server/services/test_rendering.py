"""Formats of bodies: each says the same, and no template can do more than fill itself in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest

from server.services import samples
from server.services.rendering import LONGEST, TemplateFailed, check_template, renderer
from tests.pace import best, seconds

EVENT = samples.body("contact.created")
BODY = orjson.dumps(EVENT)


def filled(source: str, content_type: str = "text/plain", body: Any = EVENT) -> str:
    check_template(source, content_type)
    _, render = renderer("template", {"content_type": content_type, "body": source})
    assert render
    return render(orjson.dumps(body)).decode()


def rendered(chosen: str) -> tuple[str, bytes]:
    content_type, render = renderer(chosen)
    assert render
    return content_type, render(BODY)


def test_plain_json_costs_nothing() -> None:
    assert renderer("json") == ("application/json", None)


@pytest.mark.criterion("webhooks-21")
def test_the_formats_say_the_same_in_their_own_way() -> None:
    assert orjson.loads(rendered("raw")[1]) == EVENT["data"]
    flat_type, flat = rendered("flat_json")
    assert (flat_type, orjson.loads(flat)["data.record.email"]) == ("application/json", "ada@example.com")
    form_type, form = rendered("form")
    assert form_type == "application/x-www-form-urlencoded"
    assert parse_qs(form.decode())["data[record][email]"] == ["ada@example.com"]


@pytest.mark.criterion("webhooks-21")
def test_a_template_is_filled_from_the_event_in_under_a_millisecond(figure: Callable[[str], None]) -> None:
    source = "<lead id='{{ id }}'>{% for tag in data.record.tags %}<tag>{{ tag | upper }}</tag>{% endfor %}<to>{{ data.record.email }}</to></lead>"
    assert filled(source, "application/xml", {**EVENT, "data": {"record": {"tags": ["a<b"], "email": None}}}) == (
        f"<lead id='{EVENT['id']}'><tag>A&lt;B</tag><to></to></lead>"
    )
    _, render = renderer("template", {"content_type": "application/xml", "body": source})
    assert render
    p99 = best(lambda: sorted(seconds(lambda: render(BODY)) for _ in range(1000))[990], 0.001)
    figure(f"{p99 * 1000:.3f} ms at p99")
    assert p99 <= 0.001


def test_json_is_made_by_a_filter_and_what_is_not_there_is_empty() -> None:
    assert orjson.loads(filled('{"to": {{ data.record.email | tojson }}}', "application/json")) == {"to": "ada@example.com"}
    assert filled("[{{ data.nothing.at.all }}]") == "[]"
    assert filled("{{ data.record.phone | default('none') }}{% if data.action == 'created' %} new{% endif %}") == "none new"


@pytest.mark.parametrize(
    "source",
    [
        "{{ data.record.email.__class__ }}",
        "{{ data.items.__globals__ }}",
    ],
)
def test_nothing_but_the_event_can_be_reached(source: str) -> None:
    assert filled(source) == ""


@pytest.mark.parametrize(
    "source",
    [
        "{{ self }}",
        "{{ range(5) }}",
        "{{ data.items() }}",
        "{% set a = 1 %}",
        "{% include 'a' %}",
        "{% macro a() %}{% endmacro %}",
        "{% for a in data %}{% for b in a %}{% endfor %}{% endfor %}",
        "{{ 'a' * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%9999d' | format(1) }}",
        "{{ data | replace('a', 'b') }}",
        "{{ data | tojson(indent=99999999) }}",
        "{{ data.id | join(data.id) }}",
        "{{ data.id | join('-') | join('-') }}",
        "{{ data | tojson | tojson | tojson | tojson | tojson | tojson }}",
        "{{ " + " ~ ".join(["data"] * 30) + " }}",
        "{{ data is divisibleby 3 }}",
        "{{ data.id",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "x" * (LONGEST + 1),
    ],
    ids=lambda source: source[:40],
)
def test_what_could_do_more_than_fill_in_is_refused(source: str) -> None:
    with pytest.raises(TemplateFailed):
        check_template(source, "text/plain")


def test_a_template_that_fails_with_an_event_says_so() -> None:
    with pytest.raises(TemplateFailed):
        filled("{{ data | sum }}")
    with pytest.raises(TemplateFailed, match="256 kB"):
        filled("{{ id }}", body={"id": "x" * 300_000})
    with pytest.raises(TemplateFailed, match="1 MB"):
        filled("{% for one in data %}{{ one }}{% endfor %}" * 9, body={"data": ["x" * 100] * 2000})
