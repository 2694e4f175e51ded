"""The presenter of a list: filters and order are the server's, and an overtaken reply is never shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.client.api import Call
from app.client.errors import ClientError, Unreachable
from app.models.columns import Column
from app.pages.listing import Listing, title_of
from app.pages.specs import Filter, ListView, Of
from tests.app.stage import HeldJobs, ScriptedApi, listed

SPEC = ListView("Contacts", "/contacts", (Column("name", "Name", sort="last_name"), Column("id", "Id")), name="first last", sort="-created_at")


def answering(call: Call) -> dict[str, Any]:
    return listed({"id": str(dict(call.query)), "name": call.query.get("status", "all")})


@pytest.mark.criterion("desktop-6")
def test_replies_in_the_wrong_order_show_what_was_asked_last(qapp: QApplication) -> None:
    jobs = HeldJobs()
    listing = Listing(SPEC, ScriptedApi({"/contacts": answering}), jobs)
    jobs.cancel = lambda _: None  # type: ignore[method-assign, assignment] # even a pool that forgets to drop them
    listing.filter([(Filter("status", "State"), "old")])
    listing.filter([(Filter("status", "State"), "new")])
    jobs.finish(1)
    jobs.finish(0)
    assert [row["name"] for row in listing.model.rows()] == ["new"]


def test_filters_and_order_are_asked_of_the_server(qapp: QApplication) -> None:
    jobs, api = HeldJobs(), ScriptedApi({"/contacts": listed()})
    listing = Listing(SPEC, api, jobs)
    listing.filter([(Filter("filter[email][ilike]", "Search", pattern="%{}%"), "ada"), (Filter("state", "State"), "")])
    assert listing.order(0, descending=True)
    assert not listing.order(1, descending=True)
    jobs.finish_all()
    assert dict(api.calls[-1].query)["filter[email][ilike]"] == "%ada%"
    assert dict(api.calls[-1].query)["sort"] == "-last_name"
    assert "state" not in api.calls[-1].query


def test_a_list_that_comes_whole_is_searched_where_it_is(qapp: QApplication) -> None:
    jobs, api = HeldJobs(), ScriptedApi({"/settings": listed({"name": "server.tls"}, {"name": "backup.keep"})})
    search = Filter("search", "Search", held=True)
    listing = Listing(ListView("Settings", "/settings", (Column("name", "Name"),), filters=(search,)), api, jobs)
    listing.filter([(search, "KEEP backup")])
    jobs.finish_all()
    assert [row["name"] for row in listing.model.rows()] == ["backup.keep"]
    assert listing.filtered
    assert "search" not in api.calls[-1].query


def test_a_page_that_failed_is_told_and_asked_for_again(qapp: QApplication) -> None:
    jobs, failures = HeldJobs(), list[ClientError]()
    api = ScriptedApi({"/contacts": Unreachable("gone")})
    listing = Listing(SPEC, api, jobs, failed=failures.append)
    listing.reload()
    jobs.finish_all()
    api.answers["/contacts"] = listed({"id": "con_1"})
    listing.reload()
    jobs.finish_all()
    assert (len(failures), listing.model.rowCount()) == (1, 1)


def test_new_rows_come_in_at_the_top_only_when_there_are_any(qapp: QApplication) -> None:
    jobs, shown = HeldJobs(), list[None]()
    api = ScriptedApi({"/contacts": listed({"id": "con_1"})})
    listing = Listing(SPEC, api, jobs, shown=lambda: shown.append(None))
    listing.reload()
    jobs.finish_all()
    listing.follow()
    jobs.finish_all()
    assert len(shown) == 1
    api.answers["/contacts"] = listed({"id": "con_2"}, {"id": "con_1"})
    listing.follow()
    jobs.finish_all()
    assert [row["id"] for row in listing.model.rows()] == ["con_2", "con_1"]


def test_a_list_that_belongs_to_something_waits_until_that_is_chosen(qapp: QApplication) -> None:
    jobs, api = HeldJobs(), ScriptedApi({"/webhooks/whk_1/deliveries": listed({"id": "dlv_1"})})
    listing = Listing(ListView("Deliveries", "/webhooks/{of}/deliveries", SPEC.columns, of=Of("Webhook", "/webhooks")), api, jobs)
    listing.reload()
    assert jobs.waiting == []
    listing.belong("whk_1")
    jobs.finish_all()
    assert listing.model.rowCount() == 1


def test_a_row_is_called_by_what_it_has() -> None:
    assert title_of(SPEC, {"first": "Ada", "last": None, "id": "con_1"}) == "Ada"
    assert title_of(SPEC, {"id": "con_1"}) == "con_1"


def test_rows_are_prepared_before_they_are_shown_and_an_order_by_a_column_that_is_gone_ends(qapp: QApplication) -> None:
    jobs, api = HeldJobs(), ScriptedApi({"/contacts": listed({"id": "con_1", "first": "Ada"})})
    own = Column("custom.size", "Size", sort="custom.size")
    listing = Listing(replace(SPEC, prepared=lambda row: {**row, "last": "Berg"}), api, jobs)
    listing.reshape(replace(listing.spec, columns=(*SPEC.columns, own)))
    listing.order(len(SPEC.columns), descending=False)
    jobs.finish_all()
    assert listing.model.columnCount() == len(SPEC.columns) + 1
    assert listing.model.rows() == [{"id": "con_1", "first": "Ada", "last": "Berg"}]
    listing.reshape(replace(listing.spec, columns=SPEC.columns))
    assert (listing.sort, listing.model.rowCount()) == ("-created_at", 0)


def test_what_was_read_stays_while_nobody_answers(qapp: QApplication) -> None:
    jobs, api = HeldJobs(), ScriptedApi({"/contacts": listed({"id": "1", "name": "Ada"})})
    listing = Listing(SPEC, api, jobs)
    listing.reread()
    jobs.finish_all()
    api.answers["/contacts"] = Unreachable("gone")
    listing.reread()
    jobs.finish_all()
    assert [row["name"] for row in listing.model.rows()] == ["Ada"]
    api.answers["/contacts"] = listed({"id": "2", "name": "Bob"})
    listing.reread()
    jobs.finish_all()
    assert [row["name"] for row in listing.model.rows()] == ["Bob"]


def test_nothing_of_another_tenant_is_shown_however_late_it_comes(qapp: QApplication) -> None:
    jobs, api = HeldJobs(), ScriptedApi({"/contacts": listed({"id": "1", "name": "Ada"})})
    listing = Listing(SPEC, api, jobs)
    listing.reread()
    jobs.finish_all()
    jobs.cancel = lambda _: None  # type: ignore[method-assign, assignment] # even a pool that forgets to drop it
    listing.reread()
    listing.follow()
    listing.move(ScriptedApi({"/contacts": listed({"id": "2", "name": "Bob"})}))
    assert listing.model.rows() == []
    jobs.finish_all()
    assert listing.model.rows() == []
    listing.reread()
    jobs.finish_all()
    assert [row["name"] for row in listing.model.rows()] == ["Bob"]
