"""Tests mirror the source one to one, so that whoever knows a file knows where its test is."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house import source

DECLARED_PAGES = [
    "arrivals",
    "connector_packages",
    "documents",
    "duplicates",
    "email",
    "integrations",
    "keys",
    "logs",
    "model",
    "object_types",
    "provider_apps",
    "reports",
    "resources",
    "streams",
    "suppressions",
    "system",
    "templates",
    "tenants",
    "tiers",
    "users",
    "webhooks",
]
# Source files, as paths or patterns, that have no test file of their own, and why.
EXCEPTIONS: dict[str, str] = {
    "server/outbound/vendors/values.py": "it only hands the SDK's names on",
    "server/services/syncing/asking.py": "test_pulling.py and test_deciding.py ask and are answered",
    "server/services/syncing/comparing.py": "test_pulling.py makes dry runs",
    "server/services/syncing/counting.py": "every test of a run reads its counts",
    "server/services/syncing/endings.py": "test_runs.py sees runs end in every way",
    "server/services/syncing/pausing.py": "test_runs.py pauses and resumes",
    "server/services/syncing/setting_aside.py": "test_replaying.py and test_pushing.py set records aside, both ways",
    "server/store/migrations/0003_syncing.py": "test_0001_initial.py takes every migration up and down",
    "server/web/handlers/quarantine.py": "tests/api/test_syncs.py lists, retries and forgets over HTTP",
    "server/web/handlers/sandboxes.py": "tests/api/test_sandboxes.py resets, fills and moves one over HTTP",
    "server/web/handlers/syncs.py": "tests/api/test_syncs.py tests, starts, watches and pauses over HTTP",
    **dict.fromkeys(
        (f"app/pages/{name}.py" for name in DECLARED_PAGES),
        "declarations are data; tests/app/pages/test_table.py shows each of them against a real appliance",
    ),
    **dict.fromkeys(
        ("app/pages/branding.py", "app/pages/owner.py", "app/pages/overview_view.py", "app/pages/page.py"),
        "tests/app/pages/test_table.py goes to every view of every page",
    ),
    **dict.fromkeys(
        ("app/shell/bar.py", "app/shell/finding.py", "app/shell/rail.py", "app/shell/tray.py", "app/shell/workspace.py"),
        "tests/app/shell/test_window.py does what a user does with them",
    ),
    **dict.fromkeys(
        (
            "app/pages/context.py",
            "app/pages/specs.py",
            "app/shell/preferences.py",
            "app/shell/profile_dialog.py",
            "app/theme/roles.py",
            "app/widgets/fields.py",
        ),
        "declarations are data; whatever uses them is tried",
    ),
    "app/pages/facts.py": "test_appliance.py and test_sandbox.py read what it shows",
    "app/__main__.py": "tests/app/system/test_keychain.py starts it as a process",
    "app/main/demonstration.py": "every test against a real appliance begins with it",
    "server/store/resources/*.py": "declarations are data; tests/server/store/resources/test_resources.py tries each of them",
    "server/services/connector_authorizations.py": "tests/api/test_consents.py gives, forges and repeats consents over HTTP",
    "server/services/connector_packages.py": "tests/api/test_connector_packages.py sends good and hostile packages over HTTP",
    "server/services/installation_bodies.py": "declarations are data; tests/server/services/test_installations.py fills them in",
    "server/services/upgrading.py": "tests/api/test_connector_packages.py moves an installation up and back over HTTP",
    "server/web/handlers/connector_authorizations.py": "tests/api/test_consents.py walks through every page",
    "server/web/handlers/connector_packages.py": "tests/api/test_connector_packages.py sends, lists and removes packages over HTTP",
    "server/web/handlers/installations.py": "tests/api/test_installations.py and test_consents.py change, connect and remove them over HTTP",
    "server/web/handlers/integrations.py": "tests/api/test_installations.py installs and uninstalls over HTTP",
    "server/web/handlers/provider_apps.py": "tests/api/test_consents.py brings apps of tenants and of the appliance over HTTP",
    "server/web/handlers/vendor_calls.py": "tests/api/test_vendor_calls.py asks a vendor over HTTP",
    "server/domain/mail/received_reports.py": "a value alone; the tests of aggregate_reports and tls_reports read reports into it",
    "server/web/handlers/contents.py": "tests/api/test_contents.py tries each of them over HTTP",
    "server/web/handlers/files.py": "tests/api/test_uploads.py and test_contents.py follow every signed address",
    "server/web/handlers/uploads.py": "tests/api/test_uploads.py sends, resumes and completes over HTTP",
    "server/web/handlers/deprecations.py": "tests/api/test_versions.py reads versions and the report of their callers over HTTP",
    "server/web/handlers/imports.py": "tests/api/test_imports.py imports over HTTP",
    "server/web/handlers/keys.py": "tests/api/test_authentication.py makes, rotates and revokes keys over HTTP",
    "server/web/handlers/records.py": "tests/api tries every verb and rule of records over HTTP",
    "server/services/suitecrm/tokens.py": "tests/api/test_v8_tokens.py gets, uses and loses tokens over HTTP",
    "server/web/suitecrm/v8.py": "tests/api/test_v8.py calls every address over HTTP",
    "server/web/suitecrm/v8_tokens.py": "tests/api/test_v8_tokens.py asks for tokens over HTTP",
    "server/web/handlers/webhooks.py": "tests/api/test_sweep.py and tests/appliance call every one of them over HTTP",
}


def test_every_source_file_has_its_test_file() -> None:
    untested = [path for path in untested_sources() if not any(path.match(pattern) for pattern in EXCEPTIONS)]
    assert [f"{path} wants {path_of_test(path)}" for path in untested] == []


def test_every_exception_is_still_one() -> None:
    assert [pattern for pattern in EXCEPTIONS if not any(path.match(pattern) for path in untested_sources())] == []


def test_every_test_file_of_a_source_folder_has_its_source_file() -> None:
    orphans = [
        path
        for path in source.files()
        if path.parts[0] == "tests" and path.parts[1] in source.PACKAGES and path.name.startswith("test_") and not path_of_source(path).exists()
    ]
    assert [str(path) for path in orphans] == []


def untested_sources() -> list[Path]:
    """Return the source files with code in them and without a test file."""
    return [
        module.path
        for module in source.modules(*source.PACKAGES)
        if not only_describes(module.tree) and not (source.ROOT / path_of_test(module.path)).exists()
    ]


def only_describes(tree: ast.Module) -> bool:
    """Tell whether a module is nothing but its docstring and names passed on from elsewhere."""
    return all(isinstance(node, ast.Expr | ast.Import | ast.ImportFrom) for node in tree.body)


def path_of_test(path: Path) -> Path:
    """Return where the test of a source file lies; a package's own code is tested in a file named after the package."""
    stem = path.parent.name if path.stem == "__init__" else path.stem.strip("_")
    return Path("tests") / path.parent / f"test_{stem}.py"


def path_of_source(path: Path) -> Path:
    """Return the source file that a test file is about, or its package where the test is named after that."""
    stem = path.stem.removeprefix("test_")
    folder = source.ROOT / path.parent.relative_to("tests")
    candidates = (folder / f"{stem}.py", folder / f"__{stem}__.py", folder / "__init__.py" if folder.name == stem else folder / f"{stem}.py")
    return next((candidate for candidate in candidates if candidate.exists()), candidates[0])
