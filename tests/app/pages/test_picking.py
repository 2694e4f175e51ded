"""Looking for things to refer to: in the pool, in the tenant one works in; every reference in a form is picked, never typed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.client.errors import ClientError, Unreachable
from app.client.references import REFERENCES, Choice, home_of
from app.jobs.pool import Jobs
from app.pages.context import Context
from app.pages.offering import offer
from app.pages.picking import Picking
from app.pages.table import PAGES
from app.theme.look import Look
from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.picker import PickerEditor
from app.widgets.toasts import Toasts
from tests.app.stage import HeldJobs, ScriptedApi, listed, settled

ADA = {"id": "con_1", "first_name": "Ada", "last_name": "Berg", "email": "ada@example.com"}


def fields(thing: Any) -> Iterator[Field]:
    """Yield every field that the pages declare."""
    if isinstance(thing, Field):
        yield thing
    if isinstance(thing, tuple | list):
        for one in thing:
            yield from fields(one)
    elif dataclasses.is_dataclass(thing):
        for member in dataclasses.fields(thing):
            yield from fields(getattr(thing, member.name))


def test_whatever_refers_to_a_thing_that_can_be_looked_for_is_picked() -> None:
    declared = list(fields(PAGES))
    alone = [wanted for wanted in declared if not wanted.choices and wanted.kind != "names"]  # those offer other things besides
    typed = [wanted.key for wanted in alone if (wanted.source in REFERENCES or home_of(wanted.key)) and wanted.kind != "pick"]
    assert typed == []
    assert {wanted.home for wanted in declared if wanted.kind == "pick"} <= set(REFERENCES)


@pytest.fixture
def context(qtbot: QtBot, look: Look) -> Context:
    """Return a console that asks for contacts."""
    window = QWidget()
    qtbot.addWidget(window)
    api = ScriptedApi({"/contacts": listed(ADA), "/search": listed({"id": "con_1"})})
    return Context(api, HeldJobs(), look, Toasts(look, window), window)  # type: ignore[arg-type]


def test_things_are_looked_for_in_the_pool_and_an_offline_appliance_is_told(context: Context) -> None:
    found: list[Sequence[Choice]] = []
    failed: list[str] = []
    lost: list[ClientError] = []
    context.failed = lost.append
    picking = Picking(context, "/contacts")
    picking.find("ada", found.append, failed.append)
    assert found == []
    context.jobs.finish_all()  # type: ignore[attr-defined]
    assert found == [[Choice("con_1", "Ada Berg", "ada@example.com")]]
    context.api.answers = {"/search": Unreachable("Nobody answers.")}  # type: ignore[attr-defined]
    picking.find("ada", found.append, failed.append)
    context.jobs.finish_all()  # type: ignore[attr-defined]
    assert (failed, len(lost)) == (["Nobody answers."], 1)


def test_a_thing_is_named_once_and_one_that_nobody_knows_by_nothing(context: Context) -> None:
    found: list[str] = []
    for one in ("con_1", "con_9"):
        Picking(context, "/contacts").name(one, found.append)
        context.jobs.finish_all()  # type: ignore[attr-defined]
    assert found == ["Ada Berg", ""]


def test_rows_that_come_later_are_looked_for_as_well(qtbot: QtBot, look: Look, jobs: Jobs) -> None:
    wanted = Field("items", "Items", "rows", fields=(Field("product_id", "Product", "pick"),))
    window, form = QWidget(), Form((wanted,))
    for widget in (window, form):
        qtbot.addWidget(widget)
    api = ScriptedApi({"/products": listed({"id": "prd_1", "name": "Bolt", "sku": "B-1"})})
    offer(Context(api, jobs, look, Toasts(look, window), window), form, wanted)
    form.editor("items").show([{"product_id": "prd_1"}])
    settled(qtbot, jobs)
    (row,) = form.findChildren(Form)
    editor = row.editor("product_id")
    assert isinstance(editor, PickerEditor)
    assert (editor.widget.text(), form.document()) == ("Bolt", {"items": [{"product_id": "prd_1"}]})
