"""Sending domains: the records to paste, each once, without those of keys that are gone."""

from __future__ import annotations

from app.pages.sending_domains import zone


def record(line: str) -> dict[str, str]:
    return {"type": "TXT", "name": "n", "value": "v", "zone_line": line}


def test_the_records_to_paste_are_there_once_and_without_retired_keys() -> None:
    domain = {
        "ownership": record("own"),
        "dkim": [{"state": "active", "record": record("key")}, {"state": "retired", "record": record("old")}],
        "findings": [{"records": [record("key"), record("spf")]}],
    }
    assert zone(domain).split("\n\n") == ["own", "key", "spf"]
