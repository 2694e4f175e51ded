"""The demo tenant's mail: real files, addresses that nobody can own, and filed with the contact it came from once it was sorted."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from server.domain.actor import Actor
from server.services import demo_mail
from server.services.email import arrivals, sorting
from server.system import settings
from server.system.settings import Settings

CONTACTS = [{"first_name": "Ada", "last_name": name, "email": f"{name.lower()}@shop.example.com"} for name in ("Abbott", "Berger", "Costa", "Dahl")]


@pytest.fixture
def arrived(alice: Actor, tmp_path: Any) -> list[dict[str, Any]]:
    """Return the demo's mail as it was sorted."""
    demo_mail.take_in(alice.tenant_id, CONTACTS)
    found: Settings = settings.load(tmp_path, {})
    assert sorting.sort_due(found) == len(demo_mail.LETTERS)
    rows, _ = arrivals.list_page(alice, None, 50, {})
    return rows


def test_files_come_with_the_mail_and_are_what_they_are_called(arrived: list[dict[str, Any]]) -> None:
    files = {one["file_name"]: one["media_type"] for mail in arrived for one in mail["attachments"]}
    assert files == {"delivery-note.pdf": "application/pdf", "floor-plan.png": "image/png"}
    assert demo_mail.delivery_note().startswith(b"%PDF-")
    assert Image.open(BytesIO(demo_mail.floor_plan())).size == (400, 280)


def test_each_is_judged_and_the_ordinary_ones_are_filed(arrived: list[dict[str, Any]]) -> None:
    kinds = {mail["subject"]: (mail["kind"], mail["activity_id"] is not None) for mail in arrived}
    assert kinds.pop("Out of office") == ("auto_reply", False)
    assert set(kinds.values()) == {("ordinary", True)}
    assert all(mail["sender"].endswith(".example.com") for mail in arrived)


def test_taken_in_twice_it_is_the_same_mail(alice: Actor, arrived: list[dict[str, Any]]) -> None:
    demo_mail.take_in(alice.tenant_id, CONTACTS)
    assert len(arrivals.list_page(alice, None, 50, {})[0]) == len(arrived)
