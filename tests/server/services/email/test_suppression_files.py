"""Files of suppressions in and out."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Unprocessable
from server.services.email import suppression_files, suppressions

FILE = (
    "\ufeffEmail,Reason,Stream\r\nBob@Example.com,SpamComplaint,\r\nnobody,bounce,\r\nbob@example.com,manual,\r\neve@example.net,HardBounce,news\r\n"
)


@pytest.mark.criterion("email-25")
def test_a_file_of_another_system_is_taken_in_line_by_line(alice: Actor, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(FILE, encoding="utf-8", newline="")
    found = suppression_files.take(alice, path)
    assert (found["created"], found["present"], found["refused"]) == (2, 1, 1)
    assert [fault["line"] for fault in found["errors"]] == [3]
    entries = {entry["value"]: entry for entry in suppressions.list_page(alice, None, 10, {})[0]}
    assert entries["bob@example.com"]["reason"] == "complaint"
    assert (entries["eve@example.net"]["reason"], entries["eve@example.net"]["stream"]) == ("hard_bounce", "news")
    assert suppression_files.take(alice, path)["created"] == 0


@pytest.mark.criterion("email-25")
def test_what_goes_out_comes_in_again_and_no_cell_is_a_formula(alice: Actor, charlie: Actor, tmp_path: Path) -> None:
    suppressions.create(alice, suppressions.NewSuppression(value="bob@example.com", detail="=HYPERLINK()"))
    path = tmp_path / "out.csv"
    path.write_bytes(b"".join(suppression_files.pieces(alice)))
    assert "'=HYPERLINK" in path.read_text()
    assert suppression_files.take(charlie, path)["created"] == 1


def test_a_file_without_addresses_and_one_that_a_viewer_brings_are_refused(alice: Actor, bob: Actor, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("name\nBob\n")
    with pytest.raises(Unprocessable):
        suppression_files.take(alice, path)
    with pytest.raises(Denied):
        suppression_files.take(bob, path)
