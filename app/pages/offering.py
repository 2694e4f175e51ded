"""Choices of a form that the appliance lists: read off the thread that draws, offered once they have come, or looked for while somebody types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from app.client.api import Row
from app.models.columns import reach
from app.pages.context import Context
from app.pages.picking import Picking
from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.picker import Searching
from app.widgets.rows import RowsEditor


def offer(context: Context, form: Form, wanted: Field, chosen: Any = None) -> None:
    """Read what can be chosen in a field, or in its rows, and offer it; `chosen` is what is set already."""
    editor = form.editor(wanted.key)
    if isinstance(editor, Searching):
        editor.serve(Picking(context, wanted.home))
    elif wanted.source:
        _read(context, wanted, lambda pairs: form.offer(wanted.key, pairs, chosen))
    if isinstance(editor, RowsEditor):
        for inner in wanted.fields:
            if inner.home:
                editor.serve_each(inner.key, partial(Picking, context, inner.home))
            elif inner.source:
                _read(context, inner, partial(editor.suggest, inner.key))


def offer_all(context: Context, form: Form, row: Mapping[str, Any] | None = None) -> None:
    """Offer what can be chosen in every field of a form; `row` holds what is set already."""
    for wanted in form.fields:
        offer(context, form, wanted, wanted.default if row is None else reach(row, wanted.key))


def _read(context: Context, wanted: Field, show: Callable[[list[tuple[str, str]]], None]) -> None:
    value, words = wanted.source_keys
    api = context.api

    def told(rows: Sequence[Row]) -> None:
        show([(wanted.source_pattern.format(row[value]), str(row.get(words) or row[value])) for row in rows])

    context.jobs.run(lambda cancellation: api.every(wanted.source, cancellation=cancellation), told, context.complain)
