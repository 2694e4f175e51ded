"""Reports: kept once for whom they are about, and added up."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing, Unprocessable
from server.services.email import reports
from server.system import clock
from tests.server.domain.mail.report_texts import AGGREGATE, FORMS, TLS
from tests.server.services.email.test_signing import have
from tests.tenants import TENANT_A

AT = 1_795_250_000_000


@pytest.mark.criterion("email-21")
def test_a_report_is_kept_once_for_the_tenant_it_is_about(alice: Actor, bob: Actor, charlie: Actor) -> None:
    have(TENANT_A, "example.test")
    (found,) = reports.receive(alice, FORMS["mail"])["reports"]
    assert (found["kind"], found["domain"], found["passed"], found["failed"], found["detail"]) == ("dmarc", "example.test", 12, 3, None)
    assert reports.receive(alice, FORMS["gzip"]) == {"object": "read_reports", "reports": [], "repeated": 1}
    assert reports.get(bob, found["id"])["detail"]["rows"][1]["source"] == "203.0.113.9"
    assert [one["id"] for one in reports.list_page(bob, None, 10, kind="dmarc", domain="example.test")[0]] == [found["id"]]
    assert reports.list_page(bob, None, 10, kind="tls") == ([], None)
    with pytest.raises(Missing):
        reports.get(charlie, found["id"])
    with pytest.raises(Denied):
        reports.receive(bob, FORMS["gzip"])


def test_a_report_about_somebody_elses_domain_is_refused(charlie: Actor) -> None:
    have(TENANT_A, "example.test")
    with pytest.raises(Unprocessable) as caught:
        reports.receive(charlie, AGGREGATE)
    assert caught.value.stable_code == "report_of_another"


@pytest.mark.criterion("email-21")
def test_reports_are_added_up_by_day_and_by_source(alice: Actor) -> None:
    have(TENANT_A, "example.test")
    for number in (1, 2):
        reports.receive(alice, AGGREGATE.replace(b"r-1", b"r-%d" % number))
    assert len(reports.receive(alice, TLS)["reports"]) == 1, "the other domain in it is not theirs"
    with clock.frozen(AT):
        found = reports.summary(alice, domain="example.test")
        tls = reports.summary(alice, kind="tls")
    assert (found["reports"], found["passed"], found["failed"], found["reporters"]) == (2, 24, 6, {"receiver.example": 2})
    assert found["days"] == [{"day": "2026-11-20", "passed": 24, "failed": 6}]
    assert found["sources"] == [
        {"source": "203.0.113.9", "passed": 0, "failed": 6, "dispositions": {"reject": 6}},
        {"source": "198.51.100.7", "passed": 24, "failed": 0, "dispositions": {"none": 24}},
    ]
    assert (tls["passed"], tls["failed"], tls["failures"]) == (90, 10, {"certificate-expired": 10})
    with clock.frozen(AT + 60 * reports.DAY_MS):
        assert reports.summary(alice)["reports"] == 0


@pytest.mark.criterion("email-21")
def test_a_report_by_mail_goes_to_whose_domain_it_is_about(alice: Actor, charlie: Actor) -> None:
    have(TENANT_A, "example.test")
    assert [reports.deliver(FORMS["mail"]), reports.deliver(FORMS["mail"])] == [1, 0]
    assert len(reports.list_page(alice, None, 10)[0]) == 1
    assert reports.list_page(charlie, None, 10) == ([], None)
    with pytest.raises(Unprocessable) as caught:
        reports.deliver(AGGREGATE.replace(b"Example.Test", b"nobodys.test"))
    assert caught.value.stable_code == "report_of_another"
