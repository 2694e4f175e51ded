"""Tools of others, as they are in their registries, judge the document and use the API unmodified: collected with `--thorough` alone.

They are fetched anew, so it takes a network, Node.js, Java and Go.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import system_actor
from server.services.oauth import clients
from server.services.oauth.clients import Registration
from tests.api.appliance import Appliance, running
from tests.api.oauth import PASSWORD, person

SCRIPTS = Path(__file__).parent / "strangers"
PACKAGES = (
    "oauth4webapi@3.8.8", "@modelcontextprotocol/sdk@1.32.2", "openapi-typescript@7.13.0", "typescript@5.9.3", "@stoplight/spectral-cli@6.16.3",
    "@redocly/cli@2.77.0", "structured-headers@2.1.0",
)  # fmt: skip
GENERATOR = "openapi-generator-cli==7.26.0"
COMPILER = (
    "tsc",
    "--noEmit",
    "--strict",
    "--target",
    "es2022",
    "--lib",
    "es2022,dom",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
    "--typeRoots",
    "nowhere",
)
PROGRAM = """
import type { components, paths } from "./schema";
const contact: components["schemas"]["ContactWrite"] = { first_name: "Ada" };
type Listed = paths["/api/v1/contacts"]["get"]["responses"]["200"]["content"]["application/json"];
export const names = (listed: Listed) => [contact.first_name, ...listed.data.map((one) => one.id)];
"""
Run = Callable[..., str]

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    """Yield an appliance; what is asked of it here does not depend on its database."""
    folder = tmp_path_factory.mktemp("appliance")
    with running(folder, f"sqlite:///{folder / 'junction.sqlite3'}") as found:
        yield found


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, appliance: Appliance) -> Run:
    """Return what runs a program in a folder that has the packages, the scripts and the served document, and returns what it prints."""
    folder = tmp_path_factory.mktemp("strangers")
    for script in SCRIPTS.glob("*.mjs"):
        shutil.copy(script, folder)
    (folder / "openapi.json").write_bytes(appliance.anonymous.get("/openapi.json").body)
    (folder / ".spectral.yaml").write_text('extends: ["spectral:oas"]\n')

    def start(*words: str, within: str = ".") -> str:
        done = subprocess.run(words, cwd=folder / within, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
        return done.stdout

    start("npm", "install", "--no-audit", "--no-fund", "--no-save", *PACKAGES)
    start(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", "generator", GENERATOR)
    return start


@pytest.mark.criterion("api-1")
def test_spectral_and_redocly_find_no_error_in_the_document(run: Run) -> None:
    run("npx", "spectral", "lint", "openapi.json", "--fail-severity", "error")
    run("npx", "redocly", "lint", "openapi.json", "--extends", "recommended")


@pytest.mark.criterion("api-3")
def test_types_that_openapi_typescript_makes_are_good_for_a_strict_program(run: Run, tmp_path: Path) -> None:
    run("npx", "openapi-typescript", "openapi.json", "--default-non-nullable", "false", "-o", str(tmp_path / "schema.d.ts"))
    (tmp_path / "program.ts").write_text(PROGRAM)
    run("npx", *COMPILER, str(tmp_path / "program.ts"))


@pytest.mark.criterion("api-3")
@pytest.mark.parametrize(
    ("language", "compiled"),
    [
        ("python", (sys.executable, "-W", "error", "-m", "compileall", "-q", "openapi_client")),
        ("typescript-fetch", ("npx", *COMPILER, "index.ts")),
        ("go", ("go", "build", "-mod=mod", "./...")),
    ],
)
def test_what_openapi_generator_makes_compiles(run: Run, language: str, compiled: tuple[str, ...]) -> None:
    run("java", "-jar", "generator/openapi_generator_cli/openapi-generator.jar", "generate", "-i", "openapi.json", "-g", language, "-o", language)
    run(*compiled, within=language)


@pytest.fixture(scope="module")
def tenant(appliance: Appliance) -> str:
    """Return a tenant where programs may register themselves."""
    found = appliance.tenant()
    clients.put_registration(system_actor(found), Registration(open=True))
    return found


@pytest.mark.criterion("api-12")
@pytest.mark.parametrize("own", [False, True], ids=["of everybody", "of a tenant"])
def test_oauth4webapi_finds_no_deviation(run: Run, appliance: Appliance, tenant: str, *, own: bool) -> None:
    issuer = f"{appliance.url}/oauth/t/{tenant}" if own else appliance.url
    said: Any = json.loads(run("node", "oauth4webapi.mjs", appliance.url, issuer, person(tenant), PASSWORD))
    assert said == {"issuer": issuer, "person": True, "read": 200, "fresh": 200, "revoked": "invalid_token", "reused": "invalid_grant"}


@pytest.mark.criterion("api-12")
def test_the_client_of_the_mcp_sdk_finds_its_way(run: Run, appliance: Appliance, tenant: str) -> None:
    said: Any = json.loads(run("node", "mcp.mjs", f"{appliance.url}/api/v1", person(tenant), PASSWORD))
    assert said == {"first": "REDIRECT", "second": "AUTHORIZED", "read": 200, "third": "AUTHORIZED", "rotated": True, "again": 200}


@pytest.mark.criterion("api-15")
def test_structured_headers_reads_the_limits_of_every_answer(run: Run, appliance: Appliance) -> None:
    body = {"limits": [{"requests": 3, "period": "minute"}]}
    assert appliance.operator().put("/admin/v1/tiers/three", body).status in {200, 201}
    said: Any = json.loads(run("node", "limits.mjs", appliance.url, appliance.persona("alice", appliance.tenant("three")).key))
    assert [one["status"] for one in said] == [200, 404, 404, 200, 401, 429]
    assert all(one["known"] for one in said)
    assert [one["left"] for one in said if one["quota"] == 3] == [2, 1, 0, 0]
    assert all(0 < one["seconds"] <= 60 for one in said)
