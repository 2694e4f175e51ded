"""Choices of a form that the appliance lists: read off the thread that draws, and offered once they have come."""

from __future__ import annotations

from typing import Any

from app.client.api import Page
from app.pages.context import Context
from app.widgets.fields import Field
from app.widgets.form import Form


def offer(context: Context, form: Form, wanted: Field, chosen: Any = None) -> None:
    """Read what can be chosen in a field, and offer it; `chosen` is what is set already."""
    value, words = wanted.source_keys
    api = context.api

    def show(page: Page) -> None:
        pairs = [(wanted.source_pattern.format(row[value]), str(row.get(words) or row[value])) for row in page.rows]
        form.offer(wanted.key, pairs, chosen)

    context.jobs.run(lambda cancellation: api.page(wanted.source, cancellation=cancellation), show, context.complain)
