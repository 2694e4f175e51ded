"""Reports in the store: each once, found by what they are about."""

from __future__ import annotations

from typing import Any

import pytest

from server.store import email_reports
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")


def insert(report_id: str, **given: Any) -> bool:
    row = {"id": f"rep_{report_id}", "kind": "dmarc", "domain": "a.test", "reporter": "r", "report_id": report_id, "body": {"rows": [1]}}
    counted = dict.fromkeys(("begins_at", "ends_at", "passed", "failed", "created_at"), 0)
    return email_reports.insert(TENANT_A, "live", {**row, **counted, **given})


def test_a_report_is_there_once_whatever_its_id() -> None:
    assert insert("1")
    assert not insert("1", id="rep_other")
    assert insert("1", id="rep_tls", kind="tls")
    found = email_reports.find(TENANT_A, "live", "rep_1")
    assert found is not None
    assert found["body"] == {"rows": [1]}
    assert email_reports.find(TENANT_B, "live", "rep_1") is None


def test_reports_are_found_by_kind_domain_and_time() -> None:
    insert("1", ends_at=10)
    insert("2", ends_at=20, domain="b.test")
    insert("3", ends_at=30, kind="tls")
    found = [row["report_id"] for row in email_reports.page(TENANT_A, "live", {"kind": "dmarc", "domain": None}, "", 10)]
    assert found == ["2", "1"]
    assert [row["report_id"] for row in email_reports.page(TENANT_A, "live", {}, "rep_2", 10)] == ["1"]
    assert [row["report_id"] for row in email_reports.walk(TENANT_A, "live", {"since": 20}, 10)] == ["3", "2"]
    assert [row["report_id"] for row in email_reports.walk(TENANT_A, "live", {"until": 5, "domain": "b.test"}, 1)] == ["2"]
