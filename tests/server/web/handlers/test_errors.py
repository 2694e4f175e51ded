"""The pages that explain error codes, for programs and for people."""

from __future__ import annotations

from server.domain.error_codes import CODES
from tests.api.appliance import Appliance
from tests.api.problems import check_problem
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_every_code_has_a_page_for_programs_and_for_people(appliance: Appliance) -> None:
    client = appliance.anonymous
    for code, row in CODES.items():
        assert client.get(f"/developers/errors/{code}").json == {"object": "error_code", "code": code, "means": row.means, "remedy": row.remedy}
    page = client.get("/developers/errors/not_found", HTML)
    assert page.headers["content-type"].startswith("text/html")
    assert b"<h1>not_found</h1>" in page.body


def test_the_list_leads_to_every_page(appliance: Appliance) -> None:
    assert [one["code"] for one in appliance.anonymous.get("/developers/errors").json["data"]] == list(CODES)
    assert appliance.anonymous.get("/developers/errors", HTML).body.count(b"<a href=") == len(CODES)


def test_an_unknown_code_names_the_near_one_and_is_not_repeated_as_a_page(appliance: Appliance) -> None:
    reply = appliance.anonymous.get("/developers/errors/not_fond<script>", HTML)
    check_problem(reply)
    assert reply.status == 404
    assert appliance.anonymous.get("/developers/errors/not_fond").json["detail"].endswith("Did you mean 'not_found'?")
