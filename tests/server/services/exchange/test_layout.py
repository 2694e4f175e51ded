"""What was detected is as sure as its least sure finding."""

from server.services.exchange.layout import Detected, Finding, Layout


def test_the_least_sure_finding_speaks_for_all() -> None:
    findings = (Finding("encoding", "utf-8", 1.0, "valid"), Finding("header", "yes", 0.5, "plain text"))
    assert Detected(Layout("csv"), findings).confidence == 0.5
    assert Detected(Layout("csv"), ()).confidence == 1
