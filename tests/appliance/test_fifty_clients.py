"""Fifty clients that all send the same request under one key, to two api processes, with a kill in the middle."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.appliance.stage import Stage, kill, request

CLIENTS = 50


@pytest.mark.chaos
@pytest.mark.timeout(300)
@pytest.mark.criterion("webhooks-22", "api-20")
def test_one_key_makes_one_event_and_fifty_equal_answers(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    stage = Stage(tmp_path)
    for turn in range(10 if thorough else 2):
        with ThreadPoolExecutor(CLIENTS) as pool:
            with stage.serving(2) as served:
                asking = [pool.submit(ask, stage, f"key-{turn}") for _ in range(CLIENTS)]
                time.sleep(0.05 * turn)
                kill(served)
            with stage.serving(2):
                answers = [one.result(60) for one in asking]
        assert len(set(answers)) == 1
        made = json.loads(answers[0])["id"]
        assert stage.rows(f"SELECT COUNT(*) FROM events WHERE object_id = '{made}'") == [(1,)]  # noqa: S608
        assert stage.rows("SELECT COUNT(*) FROM contacts") == [(turn + 1,)]
    figure(f"{turn + 1} keys, {CLIENTS} clients each, one event per key")


def ask(stage: Stage, key: str) -> str:
    """Ask until there is an answer, as clients do that lose their connection or are told to wait."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=20)
        try:
            status, found = request(connection, stage.key, "POST", "/api/v1/contacts", {"first_name": "Ada"}, Idempotency_Key=key)
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(0.05)
            continue
        finally:
            connection.close()
        if status == 201:
            return json.dumps(found)
        assert status in {409, 503}, found
        time.sleep(0.1)
