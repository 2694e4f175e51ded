"""`junction serve` with a demo, with TLS, and its greeting on a terminal."""

from __future__ import annotations

import ssl
import subprocess
import sys
import urllib.request
from hashlib import sha256

from tests.pace import until
from tests.server.main import program
from tests.server.main.conftest import Fresh


def test_the_demo_has_its_keys_told_once_and_its_records_soon(fresh: Fresh) -> None:
    with program.serving(fresh.data, "--demo") as served:
        demo = served.told["demo"]

        def filled() -> bool:
            return bool(served.get("/api/v1/payments?limit=1", X_API_Key=demo["live"])[1]["data"])

        until(filled)
        assert served.get("/api/v1/contacts", X_API_Key=demo["test"])[1]["data"] == []
        assert served.end() == 0
    with program.serving(fresh.data, "--demo") as again:
        assert again.told["demo"]["live"] is None
        assert again.told["demo"]["id"] == demo["id"]


def test_a_certificate_of_our_own_has_the_fingerprint_that_was_printed(fresh: Fresh) -> None:
    with program.serving(fresh.data, JUNCTION_SERVER__TLS="self-signed") as served:
        host, _, port = served.url.removeprefix("https://").partition(":")
        certificate = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((host, int(port))))
        assert sha256(certificate).digest().hex(":").upper() == served.told["ready"]["fingerprint"]
        context = ssl.create_default_context(cafile=str(fresh.data / "tls" / "certificate.pem"))
        with urllib.request.urlopen(f"{served.url}/readyz", context=context) as found:  # noqa: S310 - our own
            assert found.status == 200


def test_files_that_are_no_certificate_are_refused_by_name(fresh: Fresh) -> None:
    (fresh.data / "c.pem").write_text("nothing")
    done = program.run(
        "serve",
        "--listen",
        "127.0.0.1:0",
        data=fresh.data,
        JUNCTION_SERVER__TLS="files",
        JUNCTION_SERVER__TLS_CERTIFICATE=str(fresh.data / "c.pem"),
        JUNCTION_SERVER__TLS_KEY=str(fresh.data / "c.pem"),
    )
    assert done.returncode == 1
    assert "c.pem" in done.stderr
    assert "Traceback" not in done.stderr


def test_people_are_greeted_with_where_everything_is(fresh: Fresh) -> None:
    command = [sys.executable, "-m", "server", "serve", "--data", str(fresh.data), "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=program.environment(), start_new_session=True) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(10)]
        process.terminate()
        assert process.wait(30) == 0
    assert "is ready." in lines[1]
    assert any("/api/v1" in line for line in lines)
