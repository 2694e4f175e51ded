"""Answers are described with their headers, and refusals once for all."""

from __future__ import annotations

from typing import Any

from server.web import table
from server.web.openapi import document
from server.web.problems import STATUS

DOCUMENT = document.build(table.build().routes)
PATHS: dict[str, Any] = DOCUMENT["paths"]


def test_every_status_of_an_error_is_described_once() -> None:
    described = {content["example"]["status"] for answer in DOCUMENT["components"]["responses"].values() for content in answer["content"].values()}
    assert set(STATUS.values()) - {410} <= described


def test_what_is_made_says_where_it_is() -> None:
    assert "Location" in PATHS["/api/v1/contacts"]["post"]["responses"]["201"]["headers"]


def test_what_is_read_alone_has_a_tag_and_may_be_unchanged() -> None:
    answers = PATHS["/api/v1/contacts/{id}"]["get"]["responses"]
    assert "ETag" in answers["200"]["headers"]
    assert "304" in answers


def test_a_change_may_come_too_late() -> None:
    assert "412" in PATHS["/api/v1/contacts/{id}"]["patch"]["responses"]
    assert "412" not in PATHS["/api/v1/contacts"]["post"]["responses"]


def test_an_upsert_says_whether_it_created() -> None:
    answers = PATHS["/api/v1/contacts/by-external-id/{system}/{external_id}"]["put"]["responses"]
    assert {"200", "201"} <= set(answers)


def test_refusals_are_problem_documents() -> None:
    assert all(set(answer["content"]) == {"application/problem+json"} for answer in DOCUMENT["components"]["responses"].values())
