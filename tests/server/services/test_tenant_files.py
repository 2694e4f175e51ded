"""Files go with their tenant, wherever its deletion ran or was cut off, and what nobody refers to goes after a day."""

from __future__ import annotations

import os

import pytest

from server.domain.actor import system_actor
from server.services import tenant_archives, tenant_files
from server.system import paths
from tests.api.storing import DOCUMENTS, PDF, Run, announced, content_of, files, part_url, picture, read, remove, run, send, stored

__all__ = ["run"]


def test_a_tenant_that_is_deleted_takes_every_file_along(run: Run) -> None:
    with run() as appliance:
        people = appliance.personas()
        for owner in (people.alice, people.charlie):
            document_id = stored(owner, picture("PNG"), "image/png")
            assert owner.client.get(f"{DOCUMENTS}/{document_id}/thumbnail").status == 200
            upload = announced(owner, content_of(100))
            assert send(appliance, "PUT", part_url(upload, 1), content_of(100)).status == 200
            owner.client.send("POST", "/api/v1/imports?resource=contacts", b"email\na@example.com\n", {"Content-Type": "text/csv"})
        root = appliance.settings.folder.files
        assert len(list(root.glob(f"*/{people.alice.tenant_id}"))) == 3
        remove(people.alice.tenant_id)
        assert list(root.glob(f"**/{people.alice.tenant_id}*")) == []
        assert len(list(root.glob(f"*/{people.charlie.tenant_id}"))) == 3


def test_what_another_host_still_has_of_a_tenant_that_is_gone_is_swept(run: Run) -> None:
    with run() as appliance:
        alice = appliance.personas().alice
        stored(alice)
        left = appliance.settings.folder.files / "imports" / alice.tenant_id / "imp_1.source"
        remove(alice.tenant_id)
        paths.make_private_folder(left.parent)
        left.write_bytes(b"left over")
        assert tenant_files.sweep()["tenants"] == 1
        assert not left.parent.exists()


def test_a_deletion_that_was_cut_off_is_finished_by_the_worker(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with run() as appliance:
        alice = appliance.personas().alice
        stored(alice)

        def die(_tenant_id: str) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(tenant_files, "remove", die)
            with pytest.raises(KeyboardInterrupt):
                remove(alice.tenant_id)
        assert len(files(appliance, alice.tenant_id)) == 1
        assert tenant_archives.resume(system_actor(""), patience_ms=600_000) == 0
        assert tenant_archives.resume(system_actor("")) == 1
        assert files(appliance, alice.tenant_id) == []
        assert tenant_archives.resume(system_actor("")) == 0


def test_a_file_that_nobody_refers_to_goes_after_a_day(run: Run) -> None:
    with run() as appliance:
        alice = appliance.personas().alice
        document_id = stored(alice)
        root = appliance.settings.folder.files / "contents" / alice.tenant_id
        orphans = [root / "zz" / "cnt_nobody", root / "parts" / "upl_nobody" / "1-part"]
        for path in orphans:
            paths.make_private_folder(path.parent)
            path.write_bytes(b"left over")
        assert tenant_files.sweep_orphans() == 0
        for path in root.glob("**/*"):
            os.utime(path, (1_000, 1_000))
        assert tenant_files.sweep_orphans() == 2
        assert read(alice, document_id).body == PDF
