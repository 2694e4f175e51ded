"""Choices of a form that the appliance lists: read off the thread that draws, and offered once they have come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from app.client.api import Page
from app.pages.context import Context
from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.rows import RowsEditor


def offer(context: Context, form: Form, wanted: Field, chosen: Any = None) -> None:
    """Read what can be chosen in a field, or in its rows, and offer it; `chosen` is what is set already."""
    editor = form.editor(wanted.key)
    if wanted.source:
        _read(context, wanted, lambda pairs: form.offer(wanted.key, pairs, chosen))
    if isinstance(editor, RowsEditor):
        for inner in wanted.fields:
            if inner.source:
                _read(context, inner, partial(editor.suggest, inner.key))


def _read(context: Context, wanted: Field, show: Callable[[list[tuple[str, str]]], None]) -> None:
    value, words = wanted.source_keys
    api = context.api

    def told(page: Page) -> None:
        show([(wanted.source_pattern.format(row[value]), str(row.get(words) or row[value])) for row in page.rows])

    context.jobs.run(lambda cancellation: api.page(wanted.source, cancellation=cancellation), told, context.complain)
