"""Searching among many messages: the right ones, the newest first, and each search by one index alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest

from server.domain.actor import Actor
from server.services.email import searching
from server.store import database, email_search, given
from server.system import ids
from tests.pace import slowest
from tests.plans import plan

SITES = ("google", "microsoft", "yahoo", "customer.test")
FIRST_MS = 1_700_000_000_000
MOST_SECONDS = 0.3
SHOWN = 51


def fill(actor: Actor, count: int) -> None:
    """Write messages a second apart, each to one recipient: one in a hundred bounced, one in ten thousand of a template, the rest delivered."""
    for start in range(0, count, 10_000):
        numbers = range(start, min(start + 10_000, count))
        with database.transaction():
            database.execute(_MESSAGE + given.table(_MESSAGE_GIVEN), (given.rows([message(actor, number) for number in numbers]),))
            database.execute(_RECIPIENT + given.table(_RECIPIENT_GIVEN), (given.rows([recipient(actor, number) for number in numbers]),))
    database.execute("ANALYZE email_messages", ())  # as the server does by itself, a minute after
    database.execute("ANALYZE email_recipients", ())


_MESSAGE = (
    "INSERT INTO email_messages (id, tenant_id, mode, stream, sender, sender_domain, subject, header_id, recipients, addressed, template_id, size,"
    " send_at, deadline_at, origin, created_at) SELECT id, tenant_id, mode, stream, 'a@example.com', 'example.com', 'Hello', header_id, 1, '{}',"
    " template_id, 1, 1, 2, 'api', at FROM "
)
_MESSAGE_GIVEN = "id text, tenant_id text, mode text, stream text, header_id text, template_id text, at bigint"
_RECIPIENT = (
    "INSERT INTO email_recipients (id, tenant_id, mode, message_id, place, kind, address, domain, lane, stream, state, due_at, deadline_at, site,"
    " provider_id, created_at, finished_at) SELECT id, tenant_id, mode, message_id, 0, 'to', address, domain, 'l', stream, state, 1, 2, site,"
    " provider_id, at, 1 FROM "
)
_RECIPIENT_GIVEN = (
    "id text, tenant_id text, mode text, message_id text, address text, domain text, stream text, state text, site text, provider_id text, at bigint"
)


def name_of(number: int) -> str:
    return ids.first_of("msg", FIRST_MS + number * 1000)


def stream_of(number: int) -> str:
    return "broadcast" if number % 2 else "transactional"


def message(actor: Actor, number: int) -> tuple[Any, ...]:
    template = "tpl_rare" if number % 10_000 == 7 else None
    header, at = f"<m{number}@example.com>", FIRST_MS + number * 1000
    return (name_of(number), actor.tenant_id, actor.mode, stream_of(number), header, template, at)


def recipient(actor: Actor, number: int) -> tuple[Any, ...]:
    domain, state = f"d{number % 1000}.test", "bounced" if number % 100 == 3 else "delivered"
    found = (ids.first_of("rcp", FIRST_MS + number * 1000), actor.tenant_id, actor.mode, name_of(number), f"User{number}@{domain}", domain)
    return (*found, stream_of(number), state, SITES[number % 4], f"p-{number}", FIRST_MS + number * 1000)


def find(actor: Actor, below: str = "", above: str = "", **filters: Any) -> list[str]:
    return email_search.find(actor.tenant_id, actor.mode, filters, below, above, SHOWN)


SEARCHES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "email_messages_tenant"),
    "message_id": ({"message_id": "<m1234@example.com>"}, "email_messages_header"),
    "address": ({"address": "user1234@d234.test"}, "email_recipients_address"),
    "provider_message_id": ({"provider_message_id": "p-1234"}, "email_recipients_provider"),
    "domain": ({"domain": "d234.test"}, "email_recipients_domain"),
    "state": ({"state": "bounced"}, "email_recipients_state"),
    "absent_state": ({"state": "queued"}, "email_recipients_state"),
    "usual_state": ({"state": "delivered"}, "email_recipients_state"),
    "provider": ({"provider": "yahoo"}, "email_recipients_site"),
    "stream": ({"stream": "broadcast"}, "email_messages_stream"),
    "absent_stream": ({"stream": "alerts"}, "email_messages_stream"),
    "template": ({"template_id": "tpl_rare", "state": "delivered"}, "email_messages_template"),
    "several": ({"domain": "d3.test", "state": "bounced", "stream": "broadcast", "provider": "customer.test"}, "email_recipients_state"),
    "scheduled": ({"state": "queued", "not_before": 5}, "email_recipients_state"),
}


@pytest.mark.criterion("email-29")
def test_each_search_finds_what_it_asks_for_the_newest_first(alice: Actor, charlie: Actor) -> None:
    fill(alice, 2_000)
    every = {number: (message(alice, number), recipient(alice, number)) for number in range(2_000)}

    def expected(fits: Callable[[tuple[Any, ...], tuple[Any, ...]], bool]) -> list[str]:
        return [name_of(number) for number in sorted(every, reverse=True) if fits(*every[number])][:SHOWN]

    assert find(alice) == expected(lambda *_: True)
    assert find(alice, address="user1234@d234.test") == find(alice, message_id="<m1234@example.com>") == [name_of(1234)]
    assert find(alice, domain="d234.test") == [name_of(1234), name_of(234)]
    assert find(alice, state="bounced", stream="broadcast") == expected(lambda _, one: one[7] == "bounced")
    assert find(alice, state="delivered", provider="yahoo") == expected(lambda _, one: one[8] == "yahoo")
    assert find(alice, stream="transactional", template_id="tpl_rare") == []
    assert find(alice, below=name_of(234), domain="d234.test") == []
    assert find(alice, above=name_of(1234), domain="d234.test") == [name_of(1234)]
    assert [find(charlie, **filters) for filters, _ in SEARCHES.values()] == [[]] * len(SEARCHES)


@pytest.mark.criterion("email-29")
@pytest.mark.parametrize("name", list(SEARCHES))
def test_each_search_walks_one_index_and_sorts_nothing(alice: Actor, database_kind: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if database_kind != "sqlite":
        return  # PostgreSQL weighs its ways by what it counted; the test among a million looks at what comes of it
    filters, index = SEARCHES[name]
    asked = Mock(wraps=database.rows)
    monkeypatch.setattr(database, "rows", asked)
    find(alice, below=name_of(10), above=name_of(1), **filters)
    way = plan(*asked.call_args.args)
    assert index in way
    assert "TEMP B-TREE" not in way
    assert "SCAN" not in way.replace("SCAN r USING", "")


@pytest.mark.criterion("email-29")
@pytest.mark.timeout(1800)
def test_a_search_among_a_million_takes_less_than_300_ms(alice: Actor, figure: Callable[[str], None], thorough: bool) -> None:
    count = 1_000_000 if thorough else 10_000
    fill(alice, count)
    asked: dict[str, Callable[[], object]] = {name: partial(find, alice, **filters) for name, (filters, _) in SEARCHES.items()}
    for text in ("user1234@d234.test", "<m1234@example.com>", "d234.test", "example.com", "nobody@nowhere.test", "nowhere.test"):
        asked[f"the text {text}"] = partial(searching.list_page, alice, {"search": text}, None, 50)
    name, took = slowest(asked, MOST_SECONDS)
    figure(f"the slowest of {len(asked)} searches, by {name}, took {took * 1000:.1f} ms among {count:,} messages")
    assert took < MOST_SECONDS
