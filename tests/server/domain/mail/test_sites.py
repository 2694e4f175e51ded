"""Domains whose exchangers belong to one provider are one site, known domains at once."""

from __future__ import annotations

import pytest

from server.domain.mail import sites


@pytest.mark.criterion("email-4")
@pytest.mark.parametrize(
    ("domain", "hosts", "site"),
    [
        ("company.test", ["aspmx.l.google.com", "alt1.aspmx.l.google.com"], "google"),
        ("other.test", ["smtp.google.com."], "google"),
        ("hotmail.co.uk", ["hotmail-com.olc.protection.outlook.com"], "outlook"),
        ("firm.test", ["firm-test.mail.protection.outlook.com"], "office365"),
        ("a.test", ["mx1.hoster.example"], "hoster.example"),
        ("b.test", ["mx2.hoster.example"], "hoster.example"),
        ("c.test", ["mail.c.test"], "c.test"),
        ("evilgoogle.com", ["mx.evilgoogle.com"], "evilgoogle.com"),
        ("none.test", [], "none.test"),
    ],
)
def test_exchangers_tell_the_site(domain: str, hosts: list[str], site: str) -> None:
    assert sites.of_exchangers(domain, hosts) == site


def test_known_domains_need_no_question_and_unknown_ones_stand_for_themselves() -> None:
    assert (sites.of_domain("gmail.com"), sites.of_domain("company.test")) == ("google", "company.test")
    assert sites.site("google").connections == 5
    assert sites.site("company.test") == sites.DEFAULT


def test_a_site_is_called_by_its_name_else_by_its_domain() -> None:
    assert [sites.title_of(key) for key in ("google", "customer.test", "")] == ["Google", "customer.test", "Every provider"]


def test_every_domain_and_exchanger_belongs_to_one_site() -> None:
    for names in ([name for site in sites.SITES for name in site.domains], [name for site in sites.SITES for name in site.exchangers]):
        assert len(names) == len(set(names))
