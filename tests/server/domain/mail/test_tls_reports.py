"""Reports of TLS: one for each domain, whatever strangers put into the JSON."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Unprocessable
from server.domain.mail import tls_reports
from tests.server.domain.mail.report_texts import TLS

pytestmark = pytest.mark.criterion("email-21")


def test_a_report_says_what_failed_and_where() -> None:
    ours, other = tls_reports.parse(TLS)
    (policy,) = ours.body["policies"]
    assert (policy["type"], policy["passed"], policy["failed"]) == ("sts", 90, 10)
    (failure,) = policy["failures"]
    assert (failure["result_type"], failure["count"], failure["receiving_mx_hostname"]) == ("certificate-expired", 10, "mail.example.test")
    assert (other.domain, other.report_id, other.begins_ms) == ("other.test", "t-1", ours.begins_ms)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["policies", "policy", "policy-domain", "summary", "date-range", "start-datetime", "failure-details"]), inner, max_size=4
), max_leaves=12)  # fmt: skip


@given(JSON)
def test_any_json_is_read_or_refused(found: Any) -> None:
    whole = {**json.loads(TLS), **found} if isinstance(found, dict) else found
    with suppress(Unprocessable):
        assert all(one.kind == "tls" for one in tls_reports.parse(json.dumps(whole).encode()))
