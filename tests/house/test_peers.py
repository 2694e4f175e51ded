"""The peers that other tests stand on are real, and every asker gets an empty one."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import redis


def test_each_postgres_database_is_empty_and_a_different_one(fresh_postgres: Callable[[], str]) -> None:
    first, second = fresh_postgres(), fresh_postgres()
    with psycopg.connect(first) as one:
        one.execute("CREATE TABLE kept (id integer)")
    with psycopg.connect(second) as other:
        assert other.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'kept'").fetchone() == (0,)


def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("word", "kept")
        assert client.get("word") == b"kept"
        client.flushall()


def test_a_store_test_runs_on_both_databases(database_url: str) -> None:
    assert database_url.startswith(("sqlite:////", "postgresql://"))
